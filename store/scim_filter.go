package store

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"parvis/scim"
)

// scimTable is where a sort of resource is searched: what its fields are in SQL, and its lists.
type scimTable struct {
	columns map[string]string
	lists   map[string]string // EXISTS with %s for the condition
}

var scimUsersTable = scimTable{
	columns: map[string]string{
		"id": "u.id", "externalId": "u.external_id", "userName": "u.user_name", "displayName": "u.display_name", "name.givenName": "u.given_name",
		"name.familyName": "u.family_name", "title": "u.title", "userType": "u.user_type", "active": "u.active", "meta.created": "u.created_at",
		"meta.lastModified": "u.updated_at", "emails.value": "e.address", "emails.type": "e.kind", "emails.primary": "e.is_primary",
		"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department":   "u.department",
		"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:organization": "u.organization",
	},
	lists: map[string]string{"emails": "EXISTS (SELECT 1 FROM scim_emails e WHERE e.user_id = u.id AND %s)"},
}

var scimGroupsTable = scimTable{
	columns: map[string]string{
		"id": "u.id", "externalId": "u.external_id", "displayName": "u.display_name", "meta.created": "u.created_at", "meta.lastModified": "u.updated_at",
		"members.value": "e.user_id",
	},
	lists: map[string]string{"members": "EXISTS (SELECT 1 FROM scim_group_members e WHERE e.group_id = u.id AND %s)"},
}

// condition is a filter in SQL. Only names of the table above and signs that stand here reach the statement; what a client
// writes is bound.
func (s scimTable) condition(f scim.Filter) (string, []any, error) {
	switch f := f.(type) {
	case nil:
		return "1 = 1", nil, nil
	case scim.And:
		return s.joined(f.Left, " AND ", f.Right)
	case scim.Or:
		return s.joined(f.Left, " OR ", f.Right)
	case scim.Not:
		of, args, err := s.condition(f.Of)
		return "NOT (" + of + ")", args, err
	case scim.Some:
		of, args, err := s.condition(f.Of)
		list, ok := s.lists[f.List]
		if !ok {
			return "", nil, fmt.Errorf("scim filter: there is no list %s", f.List)
		}
		return fmt.Sprintf(list, of), args, err
	case scim.Test:
		return s.test(f)
	}
	return "", nil, fmt.Errorf("scim filter: %T", f)
}

func (s scimTable) joined(left scim.Filter, by string, right scim.Filter) (string, []any, error) {
	l, args, err := s.condition(left)
	if err != nil {
		return "", nil, err
	}
	r, more, err := s.condition(right)
	return "(" + l + by + r + ")", append(args, more...), err
}

var scimSigns = map[scim.Op]string{
	scim.Equal: " = ?", scim.NotEqual: " <> ?", scim.Greater: " > ?", scim.GreaterOrEqual: " >= ?", scim.Less: " < ?", scim.LessOrEqual: " <= ?",
}

func (s scimTable) test(f scim.Test) (string, []any, error) {
	column, ok := s.columns[f.Field.Name]
	if !ok {
		return "", nil, fmt.Errorf("scim filter: there is no field %s", f.Field.Name)
	}
	key := column == "u.id" || column == "e.user_id"
	if f.Op == scim.Present {
		if key || f.Field.Kind == scim.Bool || f.Field.Kind == scim.Time {
			return "1 = 1", nil, nil
		}
		return column + " <> ''", nil, nil
	}
	switch v := f.Value.(type) {
	case bool:
		return column + scimSigns[f.Op], []any{v}, nil
	case time.Time:
		return column + scimSigns[f.Op], []any{moment(v)}, nil
	case string:
		return textTest(column, key, f.Op, v)
	}
	return "", nil, fmt.Errorf("scim filter: a value of %T", f.Value)
}

// textTest compares texts without patterns, so that no sign of them means anything, and as both engines do alike.
func textTest(column string, key bool, op scim.Op, v string) (string, []any, error) {
	switch {
	case key && (op == scim.Equal || op == scim.NotEqual):
		if v = strings.ToLower(v); !isKey(v) {
			return map[scim.Op]string{scim.Equal: "1 = 0", scim.NotEqual: "1 = 1"}[op], nil, nil
		}
		return column + scimSigns[op], []any{v}, nil
	case key:
		column = "CAST(" + column + " AS text)"
	}
	n := utf8.RuneCountInString(v)
	switch op {
	case scim.Contains:
		return "(replace(" + column + ", CAST(? AS text), '') <> " + column + orEmpty(v) + ")", []any{v}, nil
	case scim.StartsWith:
		return "substr(" + column + ", 1, ?) = ?", []any{n, v}, nil
	case scim.EndsWith:
		return "(length(" + column + ") >= ? AND substr(" + column + ", length(" + column + ") - ? + 1) = ?)", []any{n, n, v}, nil
	}
	sign, ok := scimSigns[op]
	if !ok {
		return "", nil, fmt.Errorf("scim filter: there is no comparison %s", op)
	}
	return column + sign, []any{v}, nil
}

// orEmpty: every text contains the empty one, of which nothing can be replaced.
func orEmpty(v string) string {
	if v == "" {
		return " OR 1 = 1"
	}
	return ""
}

// order is how a list is sorted: by what can be searched, and then as it was made, so that pages join.
func (s scimTable) order(q scim.Query) (string, error) {
	direction := ""
	if q.Descending {
		direction = " DESC"
	}
	if q.SortBy == nil {
		return " ORDER BY u.id" + direction, nil
	}
	column, ok := s.columns[q.SortBy.Name]
	if !ok || !strings.HasPrefix(column, "u.") {
		return "", fmt.Errorf("scim sort: there is no field %s", q.SortBy.Name)
	}
	return " ORDER BY " + column + direction + ", u.id" + direction, nil
}

// scimPage reads a page and counts all that is like the filter, where the page does not tell it.
func scimPage(q scim.Query, table scimTable, count func(where string, args []any) (int, error), rows func(tail string, args []any) (int, error)) (int, error) {
	where, args, err := table.condition(q.Filter)
	if err != nil {
		return 0, err
	}
	order := ""
	if !namesOne(q.Filter) { // what is there once has no order, and is found by its own index
		if order, err = table.order(q); err != nil {
			return 0, err
		}
	}
	n := 0
	if q.Count > 0 {
		if n, err = rows(where+order+" LIMIT ? OFFSET ?", append(args[:len(args):len(args)], q.Count, q.Start-1)); err != nil {
			return 0, err
		}
	}
	if n > 0 && n < q.Count || n == 0 && q.Count > 0 && q.Start == 1 {
		return q.Start - 1 + n, nil
	}
	return count(where, args)
}

// namesOne tells a filter that one resource of a client can be like.
func namesOne(f scim.Filter) bool {
	switch f := f.(type) {
	case scim.And:
		return namesOne(f.Left) || namesOne(f.Right)
	case scim.Test:
		unique := f.Field.Name == "userName" || f.Field.Name == "id" || f.Field.Name == "externalId" && f.Value != ""
		return unique && f.Op == scim.Equal
	}
	return false
}
