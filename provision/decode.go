package provision

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// decoder reads YAML into what files are made of, and notes all that does not fit. It is our own because errors have to say the
// column, the key and the remedy, and because the rules that it holds are those of the JSON Schema, read from the same tags.
type decoder struct {
	file  string
	wrong Problems
}

func (d *decoder) at(n *yaml.Node) Position { return Position{d.file, n.Line, n.Column} }

func (d *decoder) say(n *yaml.Node, key, format string, args ...any) {
	d.wrong = append(d.wrong, Problem{d.at(n), key, fmt.Sprintf(format, args...)})
}

// plain refuses anchors and aliases, by which a small file becomes a large one, and tags, which say what the file's form says already.
func (d *decoder) plain(n *yaml.Node) bool {
	before := len(d.wrong)
	switch {
	case n.Kind == yaml.AliasNode:
		d.say(n, "", "an alias (*%s): write it out, files have none", n.Value)
	case n.Anchor != "":
		d.say(n, "", "an anchor (&%s): write out what it stands for, files have none", n.Anchor)
	case n.Style&yaml.TaggedStyle != 0:
		d.say(n, "", "a tag (%s): leave it out", n.Tag)
	}
	for _, c := range n.Content {
		if !d.plain(c) {
			break // one is enough: a bomb has thousands
		}
	}
	return len(d.wrong) == before
}

func (d *decoder) value(n *yaml.Node, to reflect.Value, key string, tag reflect.StructTag) {
	if to.Kind() == reflect.Pointer {
		switch none := to.Type().Elem().Kind() == reflect.String && tag.Get("enum") == "" && tag.Get("pattern") == ""; {
		case null(n) && none:
			to.Set(reflect.New(to.Type().Elem()))
			return
		case null(n) && to.Type().Elem().Kind() == reflect.Struct:
			return
		case null(n):
			d.say(n, key, "this cannot be without a value: leave the key out, and it stays as it is")
			return
		}
		to.Set(reflect.New(to.Type().Elem()))
		to = to.Elem()
	}
	switch to.Kind() {
	case reflect.Struct:
		d.object(n, to, key)
	case reflect.Slice:
		d.list(n, to, key, tag)
	case reflect.Map:
		d.table(n, to, key)
	case reflect.Interface:
		d.anything(n, to, key)
	default:
		d.scalar(n, to, key, tag)
	}
}

func null(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// pairs are the keys of a mapping with their values, each once.
func (d *decoder) pairs(n *yaml.Node, key string) [][2]*yaml.Node {
	if n.Kind != yaml.MappingNode {
		d.say(n, key, "keys with values are expected here")
		return nil
	}
	var pairs [][2]*yaml.Node
	first := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		if k.Kind != yaml.ScalarNode {
			d.say(k, key, "a key is one word")
			continue
		}
		if line, twice := first[k.Value]; twice {
			d.say(k, join(key, k.Value), "is here twice, first in line %d: keep one", line)
			continue
		}
		first[k.Value] = k.Line
		pairs = append(pairs, [2]*yaml.Node{k, n.Content[i+1]})
	}
	return pairs
}

func join(key, name string) string { return strings.TrimPrefix(key+"."+name, ".") }

// ofOthers are what files might be thought to have, and who has it.
var ofOthers = map[string]string{
	"groups": "an organization's identity management writes them, by SCIM (docs/operations/provisioning.md): take them out",
	"people": "an organization's identity management writes them, by SCIM (docs/operations/provisioning.md): take them out",
}

func (d *decoder) object(n *yaml.Node, to reflect.Value, key string) {
	place := Place{At: d.at(n), Keys: map[string]Position{}}
	for _, p := range d.pairs(n, key) {
		name := p[0].Value
		field, ok := fieldOf(to.Type(), name)
		if !ok {
			d.say(p[0], join(key, name), "%s", cmp.Or(ofOthers[join(key, name)], "no such key: there are "+strings.Join(namesOf(to.Type()), ", ")))
			continue
		}
		place.Keys[name] = d.at(p[0])
		d.value(p[1], to.FieldByIndex(field.Index), join(key, name), field.Tag)
	}
	if n.Kind != yaml.MappingNode {
		return
	}
	for _, f := range fieldsOf(to.Type()) {
		if _, said := place.Keys[nameOf(f)]; !said && f.Tag.Get("required") != "" {
			d.say(n, join(key, nameOf(f)), "is missing")
		}
	}
	if field := to.FieldByName("Place"); field.IsValid() {
		field.Set(reflect.ValueOf(place))
	}
}

func (d *decoder) list(n *yaml.Node, to reflect.Value, key string, tag reflect.StructTag) {
	list := reflect.MakeSlice(to.Type(), 0, len(n.Content))
	switch {
	case null(n):
	case n.Kind != yaml.SequenceNode:
		d.say(n, key, "a list is expected here: begin each of its lines with a hyphen")
		return
	default:
		list = reflect.MakeSlice(to.Type(), len(n.Content), len(n.Content))
	}
	if most, ok := number(tag, "maxItems"); ok && list.Len() > most {
		d.say(n, key, "at most %d", most)
	}
	seen := map[string]bool{}
	for i := range list.Len() {
		item := fmt.Sprintf("%s[%d]", key, i)
		d.value(n.Content[i], list.Index(i), item, tag)
		if s := list.Index(i); s.Kind() == reflect.String {
			if seen[s.String()] {
				d.say(n.Content[i], item, "is in the list twice: keep one")
			}
			seen[s.String()] = true
		}
	}
	to.Set(list)
}

func (d *decoder) table(n *yaml.Node, to reflect.Value, key string) {
	to.Set(reflect.MakeMap(to.Type()))
	if null(n) {
		return
	}
	for _, p := range d.pairs(n, key) {
		item := reflect.New(to.Type().Elem()).Elem()
		d.value(p[1], item, join(key, p[0].Value), "")
		if s, ok := item.Interface().(*Setting); ok && s != nil {
			d.setting(p[1], p[0].Value, s, join(key, p[0].Value))
		} else {
			d.known(p[0], p[0].Value, join(key, p[0].Value))
		}
		to.SetMapIndex(reflect.ValueOf(p[0].Value), item)
	}
}

// anything is a value whose form its setting says.
func (d *decoder) anything(n *yaml.Node, to reflect.Value, key string) {
	var v any
	if err := n.Decode(&v); err != nil {
		d.say(n, key, "this value cannot be read")
		return
	}
	if v != nil {
		to.Set(reflect.ValueOf(v))
	}
}

// fieldsOf are the keys of a kind of thing, in the order of its type.
func fieldsOf(t reflect.Type) []reflect.StructField {
	return slices.DeleteFunc(reflect.VisibleFields(t), func(f reflect.StructField) bool { return len(f.Index) > 1 || f.Anonymous })
}

func nameOf(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

func fieldOf(t reflect.Type, name string) (reflect.StructField, bool) {
	for _, f := range fieldsOf(t) {
		if nameOf(f) == name {
			return f, true
		}
	}
	return reflect.StructField{}, false
}

func namesOf(t reflect.Type) []string {
	var names []string
	for _, f := range fieldsOf(t) {
		names = append(names, nameOf(f))
	}
	return names
}
