package provision

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"parvis/policy"
)

// Schema is the JSON Schema (2020-12) of a file, made from the types and tags by which files are read.
func Schema() ([]byte, error) {
	root := schemaOf(reflect.TypeFor[File](), "", "")
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "What an organization has on Parvis"
	root["$defs"] = map[string]any{"settings": settingsSchema()}
	text, err := json.MarshalIndent(root, "", "  ")
	return append(text, '\n'), err
}

type schema = map[string]any

func schemaOf(t reflect.Type, tag reflect.StructTag, name string) schema {
	s := schema{}
	switch t.Kind() {
	case reflect.Pointer:
		s = schemaOf(t.Elem(), tag, name)
		if t.Elem().Kind() == reflect.String && s["enum"] == nil && s["pattern"] == nil {
			s["type"] = []string{"string", "null"}
		}
	case reflect.Struct:
		s = objectSchema(t)
	case reflect.Slice:
		items := schemaOf(t.Elem(), tag, "")
		delete(items, "description")
		s = schema{"type": []string{"array", "null"}, "items": items, "uniqueItems": true}
		if most, ok := number(tag, "maxItems"); ok {
			s["maxItems"] = most
		}
	case reflect.Map:
		s = schema{"$ref": "#/$defs/settings"}
	case reflect.Bool:
		s["type"] = "boolean"
	case reflect.Int:
		s["type"] = "integer"
		s["minimum"], _ = number(tag, "minimum")
		s["maximum"], _ = number(tag, "maximum")
	case reflect.String:
		s = textSchema(tag)
	}
	if doc := tag.Get("doc"); doc != "" {
		s["description"] = doc
	}
	return s
}

func objectSchema(t reflect.Type) schema {
	properties, required := schema{}, []string{}
	for _, f := range fieldsOf(t) {
		properties[nameOf(f)] = schemaOf(f.Type, f.Tag, nameOf(f))
		if f.Tag.Get("required") != "" {
			required = append(required, nameOf(f))
		}
	}
	s := schema{"type": "object", "additionalProperties": false, "properties": properties}
	if len(required) > 0 {
		s["required"] = required
	}
	if t == reflect.TypeFor[Room]() {
		s["oneOf"] = []schema{{"required": []string{"key", "name"}}, {"required": []string{"slug"}}}
	}
	return s
}

func textSchema(tag reflect.StructTag) schema {
	s := schema{"type": "string"}
	if tag.Get("required") != "" {
		s["minLength"] = 1
	}
	if most, ok := number(tag, "maxLength"); ok {
		s["maxLength"] = most
	}
	if p := tag.Get("pattern"); p != "" {
		s["pattern"] = p
	}
	if words := tag.Get("enum"); words != "" {
		s["enum"] = strings.Split(words, ",")
	}
	if tag.Get("format") == "date-time" {
		s["format"] = "date-time"
	}
	return s
}

// settingsSchema names each setting with its values.
func settingsSchema() schema {
	properties := schema{}
	for _, s := range policy.Settings() {
		properties[string(s.Name)] = schema{
			"type": []string{"object", "null"}, "additionalProperties": false, "required": []string{"value"}, "description": s.Title,
			"properties": schema{"value": valueSchema(s), "locked": schema{"type": "boolean", "description": "Nobody below goes further."}},
		}
	}
	return schema{"type": "object", "additionalProperties": false, "properties": properties}
}

// originPattern is what an origin looks like; policy reads it closely.
const originPattern = `^[Hh][Tt][Tt][Pp][Ss]?://[A-Za-z0-9.-]+(:[0-9]+)?/?$`

func valueSchema(s *policy.Setting) schema {
	switch s.Kind {
	case policy.Choice:
		return schema{"enum": slices.Clone(s.Words)}
	case policy.Switch:
		return schema{"type": "boolean"}
	case policy.Limit:
		return schema{"type": "integer", "minimum": s.Least, "maximum": s.Most}
	case policy.Forbidden:
		return schema{"type": "array", "items": schema{"enum": slices.Clone(s.Words)}}
	default:
		items := schema{"type": "string"}
		if s.Origins {
			items["pattern"] = originPattern
		}
		return schema{"type": "array", "items": items}
	}
}
