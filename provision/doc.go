// Package provision keeps what an organization has as its files say: it reads them, compares them with what there is, and does
// what is missing, in the order in which one thing needs another.
//
// It owns the form of the files, the identity of what they name, and the plan. It refuses files that it does not wholly understand,
// and never touches what no file names unless it is asked to. What is there it learns, and changes, through a Remote alone.
package provision
