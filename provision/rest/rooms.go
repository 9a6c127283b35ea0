package rest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"parvis/client"
	"parvis/provision"
)

// begins is what a room may be made with; the rest is changed right after.
var begins = []string{"name", "description", "language", "tags", "entry", "minAssurance", "template"}

// firstVersion is that of a room that was just made.
const firstVersion = `"1"`

type bulkResult struct {
	Room *struct {
		Slug string `json:"slug"`
	} `json:"room"`
	Code   string               `json:"code"`
	Detail string               `json:"detail"`
	Errors *[]client.FieldError `json:"errors"`
}

// makeRooms makes many by one request.
func (p *Platform) makeRooms(ctx context.Context, key string, things []provision.Resource) ([]provision.Made, error) {
	made := make([]provision.Made, len(things))
	var asked []map[string]any
	var of []int // the place in things of what is asked for
	rest := map[int]map[string]any{}
	for i, r := range things {
		body, err := p.body(r, false)
		if err != nil {
			made[i].Err = err
			continue
		}
		first := map[string]any{"externalId": p.keyPrefix() + r.Key}
		for _, name := range begins {
			if v, said := body[name]; said {
				first[name] = v
				delete(body, name)
			}
		}
		asked, of, rest[i] = append(asked, first), append(of, i), body
	}
	if len(asked) == 0 {
		return made, nil
	}
	a, key, err := p.sendNew(ctx, request{method: http.MethodPost, path: "/rooms/bulk", key: key, body: map[string]any{"rooms": asked}}, things)
	if err != nil {
		return nil, meaning(err)
	}
	var bulk struct {
		Results []bulkResult `json:"results"`
	}
	if err := json.Unmarshal(a.body, &bulk); err != nil || len(bulk.Results) != len(asked) {
		return nil, fmt.Errorf("read which rooms were made: %w", errors.Join(err, errors.New("as many results as rooms are expected")))
	}
	if a.replayed {
		there, err := p.there(ctx, things)
		if err != nil {
			return nil, err
		}
		if there {
			return nil, provision.ErrChanged
		}
		return p.makeRooms(ctx, anew(key, digest(a.body)), things)
	}
	var unmade []int
	for n, result := range bulk.Results {
		if made[of[n]] = p.madeRoom(ctx, result, rest[of[n]]); errors.Is(made[of[n]].Err, errLate) {
			unmade = append(unmade, of[n])
		}
	}
	if len(unmade) > 0 && len(unmade) < len(asked) {
		return made, p.again(ctx, key, things, unmade, made)
	}
	return made, nil
}

// errLate tells that the platform had no time for one of many: a slow one gets to a part of a request.
var errLate = errors.New("the platform is too slow, or its database is away")

// again asks for those for which there was no time, as long as some are made each time.
func (p *Platform) again(ctx context.Context, key string, things []provision.Resource, late []int, made []provision.Made) error {
	rest := make([]provision.Resource, len(late))
	for n, i := range late {
		rest[n] = things[i]
	}
	more, err := p.makeRooms(ctx, key+"+", rest)
	for n, m := range more {
		made[late[n]] = m
	}
	return err
}

func (p *Platform) madeRoom(ctx context.Context, result bulkResult, rest map[string]any) provision.Made {
	switch {
	case late[result.Code]:
		return provision.Made{Err: fmt.Errorf("%w (%s)", provision.ErrChanged, result.Detail)}
	case result.Code == "database-unavailable":
		return provision.Made{Err: fmt.Errorf("%w (%s)", errLate, result.Detail)}
	case result.Room == nil:
		return provision.Made{Err: &provision.Refusal{Says: said(result.Code, result.Detail, result.Errors)}}
	case len(rest) == 0:
		return provision.Made{ID: result.Room.Slug}
	}
	_, err := p.send(ctx, request{method: http.MethodPatch, path: "/rooms/" + result.Room.Slug, ifMatch: firstVersion, body: rest})
	return provision.Made{ID: result.Room.Slug, Err: meaning(err)}
}
