// Package privacy answers for what is kept of people.
//
// It owns the declaration of what is kept, why, for how long and who sees it; the copy that somebody asks for of what is kept of
// them, their erasure and its receipt, holds that keep both back, and the register that is made of all this. It refuses to know
// how a database keeps anything (store does) and who may ask (auth does).
package privacy
