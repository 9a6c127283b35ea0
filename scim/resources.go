package scim

import (
	"context"
	"math"
	"net/url"
	"strconv"
	"strings"

	"parvis/fault"
)

// entry is a user or a group as it is answered.
type entry struct {
	id      string
	version int64
	body    Document
}

// acts are what can be done with one kind of resource, on cleaned documents.
type acts interface {
	create(ctx context.Context, d Document) (entry, error)
	get(ctx context.Context, id string, s selection) (entry, error)
	list(ctx context.Context, q Query, s selection) (page []entry, total int, err error)
	update(ctx context.Context, id string, check func(version int64) error, change func(Document) (Document, error)) (entry, error)
	remove(ctx context.Context, id string, check func(version int64) error) error
}

type resourceActs struct {
	kind resourceKind
	acts
}

func (in session) resource(ctx context.Context, r Request, id string, of resourceActs) (Response, error) {
	if strings.Contains(id, "/") {
		return Response{}, notFound()
	}
	switch {
	case id == ".search" && r.Method == "POST":
		return of.search(ctx, r)
	case id == ".search":
		return Response{}, notAllowed()
	case id == "" && r.Method == "GET":
		return of.query(ctx, searchOf(r.Query))
	case id == "" && r.Method == "POST":
		return in.answer(of.make(ctx, r))
	case id == "":
		return Response{}, notAllowed()
	}
	switch r.Method {
	case "GET":
		return of.read(ctx, r, id)
	case "PUT", "PATCH":
		return in.answer(of.write(ctx, r, id))
	case "DELETE":
		err := of.remove(ctx, id, func(version int64) error { return matched(r.IfMatch, version) })
		return Response{Status: statusNoContent}, gone(err)
	}
	return Response{}, notAllowed()
}

func (in session) answer(r Response, err error) (Response, error) { return r, gone(err) }

// gone says not found in the protocol's own words, and what is taken likewise.
func gone(err error) error {
	switch {
	case fault.Is(err, fault.NotFound):
		return notFound()
	case fault.HasCode(err, fault.CodeConflict):
		return taken()
	}
	return err
}

func (of resourceActs) make(ctx context.Context, r Request) (Response, error) {
	s, err := of.selected(r.Query)
	if err != nil {
		return Response{}, err
	}
	raw, err := decode(r.Body)
	if err != nil {
		return Response{}, err
	}
	d, err := of.kind.read(raw)
	if err != nil {
		return Response{}, err
	}
	e, err := of.create(ctx, d)
	if err != nil {
		return Response{}, err
	}
	return e.response(statusCreated, s), nil
}

func (e entry) response(status int, s selection) Response {
	meta, _ := e.body["meta"].(Document)
	return Response{Status: status, Location: word(meta, "location"), ETag: etag(e.version), Body: s.cut(e.body)}
}

func (of resourceActs) selected(q url.Values) (selection, error) {
	return of.kind.selection(commas(q.Get("attributes")), commas(q.Get("excludedAttributes")))
}

func commas(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, ",")
}

func (of resourceActs) read(ctx context.Context, r Request, id string) (Response, error) {
	s, err := of.selected(r.Query)
	if err != nil {
		return Response{}, err
	}
	e, err := of.get(ctx, id, s)
	if err != nil {
		return Response{}, gone(err)
	}
	if r.IfNoneMatch != "" && names(r.IfNoneMatch, e.version) {
		return Response{Status: statusNotModified, ETag: etag(e.version)}, nil
	}
	answer := e.response(statusOK, s)
	answer.Location = ""
	return answer, nil
}

// write is PUT and PATCH. What PUT leaves out is unassigned (RFC 7644 section 3.5.1).
func (of resourceActs) write(ctx context.Context, r Request, id string) (Response, error) {
	s, err := of.selected(r.Query)
	if err != nil {
		return Response{}, err
	}
	raw, err := decode(r.Body)
	if err != nil {
		return Response{}, err
	}
	var change func(Document) (Document, error)
	if r.Method == "PUT" {
		d, err := of.kind.read(raw)
		if err != nil {
			return Response{}, err
		}
		change = func(Document) (Document, error) { return clone(d).(Document), nil }
	} else {
		steps, err := operations(raw)
		if err != nil {
			return Response{}, err
		}
		change = func(d Document) (Document, error) { return of.kind.patch(d, steps) }
	}
	e, err := of.update(ctx, id, func(version int64) error { return matched(r.IfMatch, version) }, change)
	if err != nil {
		return Response{}, err
	}
	answer := e.response(statusOK, s)
	answer.Location = ""
	return answer, nil
}

// search is what a list is asked for, from an address or from a message.
type search struct {
	filter, sortBy, sortOrder string
	start, count              string
	only, without             []string
}

func searchOf(q url.Values) search {
	return search{
		q.Get("filter"), q.Get("sortBy"), q.Get("sortOrder"), q.Get("startIndex"), q.Get("count"),
		commas(q.Get("attributes")), commas(q.Get("excludedAttributes")),
	}
}

// search reads the message of POST .search (RFC 7644 section 3.4.3).
func (of resourceActs) search(ctx context.Context, r Request) (Response, error) {
	raw, err := decode(r.Body)
	if err != nil {
		return Response{}, err
	}
	if !speaks(raw, searchURN) {
		return Response{}, invalidSyntax("schemas has to name the message SearchRequest")
	}
	var q search
	for name, into := range map[string]*string{"filter": &q.filter, "sortBy": &q.sortBy, "sortOrder": &q.sortOrder, "startIndex": &q.start, "count": &q.count} {
		switch v, _ := member(raw, name); v := v.(type) {
		case nil:
		case string:
			*into = v
		case interface{ String() string }: // a number
			*into = v.String()
		default:
			return Response{}, invalidValue("the search has a member of another type than it should")
		}
	}
	for name, into := range map[string]*[]string{"attributes": &q.only, "excludedAttributes": &q.without} {
		v, _ := member(raw, name)
		list, _ := v.([]any)
		for _, item := range list {
			if s, ok := item.(string); ok {
				*into = append(*into, s)
			}
		}
	}
	return of.query(ctx, q)
}

func (of resourceActs) query(ctx context.Context, in search) (Response, error) {
	s, err := of.kind.selection(in.only, in.without)
	if err != nil {
		return Response{}, err
	}
	q := Query{Start: 1, Count: defaultResults}
	if q.Filter, err = of.kind.parse(in.filter); err != nil {
		return Response{}, err
	}
	if in.sortBy != "" {
		f, ok := of.kind.fields[strings.TrimPrefix(strings.ToLower(in.sortBy), strings.ToLower(of.kind.urn)+":")]
		if !ok || f.list != "" {
			return Response{}, invalidValue("the list cannot be sorted by this attribute")
		}
		q.SortBy = &f
	}
	switch strings.ToLower(in.sortOrder) {
	case "", "ascending":
	case "descending":
		q.Descending = true
	default:
		return Response{}, invalidValue("sortOrder is ascending or descending")
	}
	if q.Start, err = number(in.start, 1); err != nil {
		return Response{}, err
	}
	if q.Count, err = number(in.count, defaultResults); err != nil {
		return Response{}, err
	}
	q.Start, q.Count = max(q.Start, 1), min(max(q.Count, 0), MaxResults) // RFC 7644 section 3.4.2.4
	page, total, err := of.list(ctx, q, s)
	if err != nil {
		return Response{}, err
	}
	items := make([]any, len(page))
	for i, e := range page {
		items[i] = s.cut(e.body)
	}
	return listing(items, total, q.Start), nil
}

func number(text string, otherwise int) (int, error) {
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n > math.MaxInt32 {
		return 0, invalidValue("startIndex and count are whole numbers")
	}
	return n, nil
}
