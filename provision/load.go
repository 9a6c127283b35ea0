package provision

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Bounds of what is read. 10 000 rooms take about 2 MiB.
const (
	MaxFile  = 8 << 20
	MaxTotal = 32 << 20
	MaxFiles = 1000
)

// Load reads the YAML files of a folder and of those below it, in the order of their names. Files and folders whose names begin
// with a dot are passed over. An error that is about the files is Problems, with all of them.
func Load(folder fs.FS) (Files, error) {
	names, err := yamlFiles(folder)
	if err != nil {
		return Files{}, err
	}
	if len(names) == 0 {
		return Files{}, errors.New("there is no file here whose name ends in .yaml or .yml")
	}
	var out Files
	var wrong Problems
	total := 0
	for _, name := range names {
		content, err := read(folder, name)
		if err != nil {
			return Files{}, err
		}
		if total += len(content); total > MaxTotal {
			return Files{}, fmt.Errorf("the files have more than %d MiB together: split them, one folder an organization", MaxTotal>>20)
		}
		documents, problems := parse(name, content)
		wrong = append(wrong, problems...)
		for _, f := range documents {
			out.add(f)
		}
	}
	wrong = append(wrong, out.check()...)
	if len(wrong) > 0 {
		return Files{}, wrong
	}
	return out, nil
}

func yamlFiles(folder fs.FS) ([]string, error) {
	var names []string
	err := fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
		switch base := path.Base(name); {
		case err != nil:
			return err
		case base != "." && strings.HasPrefix(base, "."):
			if entry.IsDir() {
				return fs.SkipDir
			}
		case entry.Type().IsRegular() && (path.Ext(name) == ".yaml" || path.Ext(name) == ".yml"):
			if names = append(names, name); len(names) > MaxFiles {
				return fmt.Errorf("there are more than %d files: join them", MaxFiles)
			}
		}
		return nil
	})
	return names, err
}

// read refuses by the size that the file system tells before it reads anything, and does not trust it.
func read(folder fs.FS, name string) ([]byte, error) {
	tooLarge := fmt.Errorf("%s: has more than %d MiB: split it", name, MaxFile>>20)
	file, err := folder.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() > MaxFile {
		return nil, tooLarge
	}
	content, err := io.ReadAll(io.LimitReader(file, MaxFile+1))
	if err == nil && len(content) > MaxFile {
		err = tooLarge
	}
	return content, err
}

var yamlLine = regexp.MustCompile(`line (\d+): (.*)`)

// parse reads the documents of a file.
func parse(name string, content []byte) ([]File, Problems) {
	d := decoder{file: name}
	var files []File
	for documents := yaml.NewDecoder(bytes.NewReader(content)); ; {
		var n yaml.Node
		err := documents.Decode(&n)
		if errors.Is(err, io.EOF) {
			return files, d.wrong
		}
		if err != nil {
			at, says := Position{name, 1, 1}, strings.TrimPrefix(err.Error(), "yaml: ")
			if m := yamlLine.FindStringSubmatch(says); m != nil {
				at.Line, _ = strconv.Atoi(m[1])
				says = m[2]
			}
			return nil, append(d.wrong, Problem{at, "", "this is no YAML: " + says})
		}
		if len(n.Content) == 0 || null(n.Content[0]) {
			continue // a document of comments
		}
		if !d.plain(n.Content[0]) {
			return nil, d.wrong
		}
		var f File
		d.object(n.Content[0], reflect.ValueOf(&f).Elem(), "")
		files = append(files, f)
	}
}

// Files is what all files say together.
type Files struct {
	File
	Says map[Kind]bool // which kinds they speak of, be it to say that there is none

	folders []File // those that name the folder
}

// Mark is what stands at what these files make.
func (f Files) Mark() string {
	if f.Folder == nil {
		return MarkOf("")
	}
	return MarkOf(*f.Folder)
}

// MarkOf is what stands at what the files of a folder make; a folder may be without a name.
func MarkOf(folder string) string {
	if folder == "" {
		return declared
	}
	return declared + "@" + folder
}

const declared = "declared"

func (f *Files) add(g File) {
	if g.Folder != nil {
		f.Folder = g.Folder
		f.folders = append(f.folders, g)
	}
	if f.Says == nil {
		f.Says = map[Kind]bool{}
	}
	for _, k := range []struct {
		kind Kind
		said bool
	}{
		{KindOrganization, g.Organizations != nil}, {KindPolicy, g.Policies != nil}, {KindTemplate, g.Templates != nil}, {KindServiceAccount, g.ServiceAccounts != nil},
		{KindWebhook, g.Webhooks != nil}, {KindRoom, g.Rooms != nil},
	} {
		f.Says[k.kind] = f.Says[k.kind] || k.said
	}
	for _, o := range g.Organizations {
		f.Says[KindUnit] = f.Says[KindUnit] || o.Units != nil
	}
	f.Organizations = append(f.Organizations, g.Organizations...)
	f.Policies = append(f.Policies, g.Policies...)
	f.Templates = append(f.Templates, g.Templates...)
	f.ServiceAccounts = append(f.ServiceAccounts, g.ServiceAccounts...)
	f.Webhooks = append(f.Webhooks, g.Webhooks...)
	f.Rooms = append(f.Rooms, g.Rooms...)
}

// check holds what the form of one thing does not say.
func (f Files) check() Problems {
	var wrong Problems
	for i, g := range f.folders {
		if first := f.folders[0]; i > 0 && *g.Folder != *first.Folder {
			wrong = append(wrong, Problem{g.of("folder"), "folder", fmt.Sprintf("the files have the name %q already, at %s: keep one", *first.Folder, first.of("folder"))})
		}
	}
	for i, r := range f.Rooms {
		switch {
		case (r.Key == nil) == (r.Slug == nil):
			wrong = append(wrong, Problem{r.At, "rooms.key", "give a key of yours, or the slug of a room that is there: one of them"})
		case r.Key != nil && (r.Name == nil || *r.Name == ""):
			wrong = append(wrong, Problem{r.of("name"), "rooms.name", "is missing"})
		case r.Slug != nil && r.Template != nil:
			wrong = append(wrong, Problem{r.of("template"), "rooms.template", "a room that is there keeps the template by which it was made: leave it out"})
		}
		slices.Sort(f.Rooms[i].Forbidden)
	}
	return wrong
}
