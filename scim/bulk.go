package scim

import (
	"context"
	"encoding/json"
	"strings"
)

// together is how many new users are written in one transaction.
const together = 100

// bulkStep is one operation of a bulk request (RFC 7644 section 3.7).
type bulkStep struct {
	method, path, bulkID, version string
	data                          Document
	done                          bool
	answer                        Document
}

// bulkRun carries a bulk request out: in the order of the request, but that what refers to something that is made further down waits
// for it.
type bulkRun struct {
	session
	steps  []bulkStep
	known  map[string]int    // bulkId -> step
	made   map[string]string // bulkId -> id
	errors int
	most   int // errors after which nothing more is done; 0: all is done
}

func (in session) bulk(ctx context.Context, r Request) (Response, error) {
	raw, err := decode(r.Body)
	if err != nil {
		return Response{}, err
	}
	run := &bulkRun{session: in, known: map[string]int{}, made: map[string]string{}}
	if err := run.read(raw); err != nil {
		return Response{}, err
	}
	if err := run.all(ctx); err != nil {
		return Response{}, err
	}
	answers := []any{}
	for i := range run.steps {
		if run.steps[i].done {
			answers = append(answers, run.steps[i].answer)
		}
	}
	return Response{Status: statusOK, Body: Document{"schemas": []string{bulkAnswerURN}, "Operations": answers}}, nil
}

func (b *bulkRun) read(raw Document) error {
	if !speaks(raw, bulkURN) {
		return invalidSyntax("schemas has to name the message BulkRequest")
	}
	said, _ := member(raw, "Operations")
	list, ok := said.([]any)
	if !ok {
		return invalidSyntax("Operations is a list")
	}
	if len(list) > MaxBulk {
		return &Error{Status: statusTooLarge, Detail: "a bulk request has at most " + digits(MaxBulk) + " operations and " + digits(MaxBody) + " bytes"}
	}
	if most, ok := member(raw, "failOnErrors"); ok {
		n, isNumber := most.(json.Number)
		value, err := n.Int64()
		if !isNumber || err != nil || value < 0 || value > MaxBulk {
			return invalidValue("failOnErrors is a whole number")
		}
		b.most = int(value)
	}
	b.steps = make([]bulkStep, len(list))
	for i, item := range list {
		object, _ := item.(Document)
		text := func(name string) string { v, _ := member(object, name); s, _ := v.(string); return s }
		data, _ := member(object, "data")
		step := &b.steps[i]
		step.method, step.path, step.bulkID, step.version = strings.ToUpper(text("method")), text("path"), text("bulkId"), text("version")
		step.data, _ = data.(Document)
		if step.bulkID == "" {
			continue
		}
		if _, twice := b.known[step.bulkID]; twice {
			return invalidValue("a bulkId stands twice")
		}
		b.known[step.bulkID] = i
	}
	return nil
}

// all goes over what is left until nothing more can be done. What then refers to itself, or in a circle, is refused.
func (b *bulkRun) all(ctx context.Context) error {
	for {
		before := b.left()
		var users []int
		flush := func() error {
			err := b.makeUsers(ctx, users)
			users = users[:0]
			return err
		}
		for i := range b.steps {
			if b.steps[i].done || b.enough() {
				continue
			}
			if b.plainUser(i) {
				if users = append(users, i); len(users) == together {
					if err := flush(); err != nil {
						return err
					}
				}
				continue
			}
			if err := flush(); err != nil {
				return err
			}
			if err := b.one(ctx, i); err != nil {
				return err
			}
		}
		if err := flush(); err != nil {
			return err
		}
		switch left := b.left(); {
		case left == 0 || b.enough():
			return nil
		case left == before:
			for i := range b.steps {
				if !b.steps[i].done && !b.enough() {
					b.refuse(i, &Error{Status: statusConflict, Type: "invalidValue", Detail: "the operation refers to itself, or in a circle"})
				}
			}
			return nil
		}
	}
}

func (b *bulkRun) left() int {
	n := 0
	for i := range b.steps {
		if !b.steps[i].done {
			n++
		}
	}
	return n
}

func (b *bulkRun) enough() bool { return b.most > 0 && b.errors >= b.most }

// plainUser tells a new user, which refers to nothing.
func (b *bulkRun) plainUser(i int) bool {
	s := &b.steps[i]
	return s.method == "POST" && s.path == "/Users" && s.bulkID != "" && s.data != nil
}

// makeUsers writes new users together, and one by one when they cannot all be written.
func (b *bulkRun) makeUsers(ctx context.Context, steps []int) error {
	var users []User
	var of []int
	for _, i := range steps {
		d, err := userKind.read(b.steps[i].data)
		if err != nil {
			if b.enough() {
				continue
			}
			b.refuse(i, err)
			continue
		}
		users, of = append(users, b.fresh(d)), append(of, i)
	}
	if len(users) == 0 {
		return nil
	}
	if !b.enough() && len(users) > 1 {
		err := b.store.CreateSCIMUsers(ctx, b.client, users, b.by)
		if err == nil {
			for n, u := range users {
				b.created(of[n], u)
			}
			return nil
		}
		if ErrorOf(err).Status >= statusInternal { // not one of them is the reason
			return err
		}
	}
	for n, u := range users {
		if b.enough() {
			return nil
		}
		if err := b.store.CreateSCIMUsers(ctx, b.client, []User{u}, b.by); err != nil {
			b.refuse(of[n], gone(err))
			continue
		}
		b.created(of[n], u)
	}
	return nil
}

func (b *bulkRun) created(i int, u User) {
	b.made[b.steps[i].bulkID] = u.ID
	b.answer(i, Response{Status: statusCreated, Location: b.location(userKind, u.ID), ETag: etag(u.Version)})
}

// one carries out one operation, unless it refers to one that is still to be done.
func (b *bulkRun) one(ctx context.Context, i int) error {
	s := &b.steps[i]
	path, data, waits, err := b.resolve(s)
	switch {
	case err != nil:
		b.refuse(i, err)
		return nil
	case waits:
		return nil
	}
	head, id, nested := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	switch {
	case head != "Users" && head != "Groups" || !strings.HasPrefix(path, "/") || id == ".search":
		b.refuse(i, invalidValue("path is /Users or /Groups, or one of them by its id"))
		return nil
	case s.method == "POST" && (nested || s.bulkID == ""):
		b.refuse(i, invalidValue("POST is to /Users or /Groups, and has a bulkId"))
		return nil
	case s.method != "POST" && s.method != "PUT" && s.method != "PATCH" && s.method != "DELETE":
		b.refuse(i, invalidValue("method is POST, PUT, PATCH or DELETE"))
		return nil
	case s.method != "DELETE" && data == nil:
		b.refuse(i, invalidSyntax("data is a JSON object"))
		return nil
	}
	body, err := json.Marshal(data)
	if err != nil {
		return err
	}
	answer, err := b.route(ctx, Request{Method: s.method, Path: path, IfMatch: s.version, Body: body})
	if err != nil {
		if refused := ErrorOf(err); refused.Status < statusInternal {
			b.refuse(i, err)
			return nil
		}
		return err // the database does not answer: the client comes again, and finds what is done
	}
	if d, ok := answer.Body.(Document); ok && s.method == "POST" {
		b.made[s.bulkID] = word(d, "id")
	}
	if answer.Location == "" && s.method != "POST" {
		answer.Location = b.base + path
	}
	b.answer(i, answer)
	return nil
}

// resolve puts ids in place of the bulkIds that an operation refers to.
func (b *bulkRun) resolve(s *bulkStep) (path string, data any, waits bool, err error) {
	put := func(text string) string {
		name, is := strings.CutPrefix(text, "bulkId:")
		if !is {
			return text
		}
		step, known := b.known[name]
		id, made := b.made[name]
		switch {
		case made:
			return id
		case known && !b.steps[step].done:
			waits = true
		default:
			err = &Error{Status: statusConflict, Type: "invalidValue", Detail: "the operation refers to a bulkId that made nothing"}
		}
		return text
	}
	parts := strings.Split(s.path, "/")
	for i, p := range parts {
		parts[i] = put(p)
	}
	if s.data != nil {
		data = replaced(s.data, put)
	}
	return strings.Join(parts, "/"), data, waits, err
}

func replaced(v any, put func(string) string) any {
	switch v := v.(type) {
	case string:
		return put(v)
	case Document:
		c := make(Document, len(v))
		for key, item := range v {
			c[key] = replaced(item, put)
		}
		return c
	case []any:
		c := make([]any, len(v))
		for i, item := range v {
			c[i] = replaced(item, put)
		}
		return c
	}
	return v
}

func (b *bulkRun) answer(i int, r Response) {
	s := &b.steps[i]
	s.done, s.answer = true, Document{"method": s.method, "status": digits(r.Status)}
	for name, v := range map[string]string{"bulkId": s.bulkID, "location": r.Location, "version": r.ETag} {
		if v != "" {
			s.answer[name] = v
		}
	}
}

func (b *bulkRun) refuse(i int, err error) {
	refused := ErrorOf(err)
	b.answer(i, Response{Status: refused.Status})
	b.steps[i].answer["response"] = refused.Body()
	if path := b.steps[i].path; b.steps[i].method != "POST" && !strings.Contains(path, "bulkId:") && len(path) < maxText {
		b.steps[i].answer["location"] = b.base + path // RFC 7644 section 3.7: of a POST that failed there is none
	}
	b.errors++
}
