package api

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"parvis/fault"
)

//go:embed pages.gohtml
var pageSource string

// pages are the documentation as HTML, written once: plain, from our own origin, without a script.
type pages struct {
	docs     []byte
	problems map[string][]byte
}

// section is the operations under one tag.
type section struct {
	Name, Description string
	Operations        []described
}

// described is one operation as the page shows it.
type described struct {
	ID, Method, Path, Summary, Detail, Callers string
	Parameters                                 []*huma.Param
	Request, Answer                            string
	RequestType, Status                        string
	Codes                                      []string
}

// meaning is one code as its page shows it.
type meaning struct {
	fault.Meaning
	Code   string
	Status int
}

func newPages(doc *huma.OpenAPI) (*pages, error) {
	t, err := template.New("pages").Parse(pageSource)
	if err != nil {
		return nil, fmt.Errorf("parse documentation page: %w", err)
	}
	p := &pages{problems: map[string][]byte{}}
	var all []meaning
	for _, code := range fault.Codes() {
		m, _ := code.Meaning()
		all = append(all, meaning{m, string(code), statusOf(m.Kind, code)})
		if p.problems[string(code)], err = page(t, "problem", all[len(all)-1]); err != nil {
			return nil, err
		}
	}
	sections, err := sectionsOf(doc)
	if err != nil {
		return nil, err
	}
	p.docs, err = page(t, "docs", map[string]any{
		"Info": doc.Info, "Base": basePath, "Sections": sections, "Codes": all, "Schemes": doc.Components.SecuritySchemes,
	})
	return p, err
}

func page(t *template.Template, name string, data any) ([]byte, error) {
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, name, data); err != nil {
		return nil, fmt.Errorf("write page %s: %w", name, err)
	}
	return b.Bytes(), nil
}

func sectionsOf(doc *huma.OpenAPI) ([]section, error) {
	sections := make([]section, len(doc.Tags))
	for i, tag := range doc.Tags {
		sections[i] = section{Name: tag.Name, Description: tag.Description}
		for path, item := range doc.Paths {
			for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
				if op == nil || !slices.Contains(op.Tags, tag.Name) {
					continue
				}
				d, err := describedOf(path, op)
				if err != nil {
					return nil, err
				}
				sections[i].Operations = append(sections[i].Operations, d)
			}
		}
		slices.SortFunc(sections[i].Operations, func(a, b described) int { return strings.Compare(a.Path+a.Method, b.Path+b.Method) })
	}
	return sections, nil
}

func describedOf(path string, op *huma.Operation) (described, error) {
	d := described{
		ID: op.OperationID, Method: op.Method, Path: path, Summary: op.Summary, Detail: op.Description,
		Callers: callersOf(op.Security), Parameters: op.Parameters,
	}
	var err error
	if op.RequestBody != nil {
		for kind, media := range op.RequestBody.Content {
			d.RequestType = kind
			if d.Request, err = example(media.Example); err != nil {
				return d, err
			}
		}
	}
	for _, status := range slices.Backward(slices.Sorted(maps.Keys(op.Responses))) { // the first success is shown
		if status < "300" {
			d.Status = status
		}
		for kind, media := range op.Responses[status].Content {
			if kind == problemType {
				for code := range media.Examples {
					d.Codes = append(d.Codes, code)
				}
			} else if d.Answer, err = example(media.Example); err != nil {
				return d, err
			}
		}
	}
	slices.Sort(d.Codes)
	return d, nil
}

func example(v any) (string, error) {
	if text, ok := v.(string); ok { // of a stream
		return text, nil
	}
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return "", fmt.Errorf("write example: %w", err)
	}
	return string(b), nil
}

func callersOf(schemes []map[string][]string) string {
	var callers []string
	for _, scheme := range schemes {
		switch scopes, bearer := scheme[byBearer]; {
		case len(scheme) == 0:
			callers = append(callers, "anyone")
		case bearer && len(scopes) > 0:
			callers = append(callers, "a service account with the scope "+strings.Join(scopes, ", "))
		case bearer:
			callers = append(callers, "a service account")
		default:
			callers = append(callers, "a browser that is signed in")
		}
	}
	if callers == nil {
		return "anyone"
	}
	return strings.Join(callers, ", ")
}

// problem answers the page of a code.
func (p *pages) problem(c *gin.Context) {
	body, ok := p.problems[c.Param("code")]
	if !ok {
		c.Data(http.StatusNotFound, "text/html; charset=utf-8", p.problems[string(fault.CodeNotFound)])
		return
	}
	c.Data(http.StatusOK, "text/html; charset=utf-8", body)
}

func bytesOf(contentType string, body []byte) gin.HandlerFunc {
	return func(c *gin.Context) { c.Data(http.StatusOK, contentType, body) }
}
