package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The user of RFC 7643 section 8.3, whole.
const wholeUser = `{
  "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
  "id": "2819c223-7f76-453a-919d-413861904646", "externalId": "701984", "userName": "bjensen@example.com",
  "name": {"formatted": "Ms. Barbara J Jensen, III", "familyName": "Jensen", "givenName": "Barbara", "middleName": "Jane", "honorificPrefix": "Ms.", "honorificSuffix": "III"},
  "displayName": "Babs Jensen", "nickName": "Babs", "profileUrl": "https://login.example.com/bjensen",
  "emails": [{"value": "bjensen@example.com", "type": "work", "primary": true}, {"value": "babs@jensen.org", "type": "home"}],
  "addresses": [{"type": "work", "streetAddress": "100 Universal City Plaza", "locality": "Hollywood", "region": "CA", "postalCode": "91608", "country": "USA", "primary": true}],
  "phoneNumbers": [{"value": "555-555-5555", "type": "work"}], "ims": [{"value": "someaimhandle", "type": "aim"}],
  "photos": [{"value": "https://photos.example.com/profilephoto/72930000000Ccne/F", "type": "photo"}],
  "userType": "Employee", "title": "Tour Guide", "preferredLanguage": "en-US", "locale": "en-US", "timezone": "America/Los_Angeles",
  "active": true, "password": "t1meMa$heen",
  "groups": [{"value": "e9e30dba-f08f-4109-8486-d5c6a331660a", "display": "Tour Guides"}],
  "x509Certificates": [{"value": "MIIDQzCCAqygAwIBAgICEAAwDQYJKoZIhvcNAQEFBQAwTjELMAkGA1UEBhMCVVMx"}],
  "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
    "employeeNumber": "701984", "costCenter": "4130", "organization": "Universal Studios", "division": "Theme Park", "department": "Tour Operations",
    "manager": {"value": "26118915-6090-4610-87e4-49d8ca9f808d", "$ref": "../Users/26118915-6090-4610-87e4-49d8ca9f808d", "displayName": "John Smith"}
  },
  "meta": {"resourceType": "User", "created": "2010-01-23T04:56:22Z", "version": "W/\"3694e05e9dff591\""}
}`

func TestTheWholeUserOfTheRFCIsTakenAndWhatAConferenceNeedsIsKept(t *testing.T) {
	provisioning(t, func(t *testing.T, o *office) {
		rec := o.scim(o.agency, "POST", "/Users", wholeUser)
		if rec.Code != http.StatusCreated {
			t.Fatalf("%d %s", rec.Code, rec.Body)
		}
		got := object(t, rec)
		id := got["id"].(string)
		at := home + "/scim/v2/Users/" + id
		if rec.Header().Get("Location") != at || rec.Header().Get("ETag") != `W/"1"` {
			t.Errorf("%v", rec.Header())
		}
		want := map[string]any{}
		if err := json.Unmarshal([]byte(wholeUser), &want); err != nil {
			t.Fatal(err)
		}
		for _, gone := range []string{"nickName", "profileUrl", "addresses", "phoneNumbers", "ims", "photos", "timezone", "password", "groups", "x509Certificates"} {
			delete(want, gone)
		}
		enterprise := want["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"].(map[string]any)
		for _, gone := range []string{"employeeNumber", "costCenter", "manager"} {
			delete(enterprise, gone)
		}
		const now = "2026-11-20T09:00:00.000Z"
		want["id"], want["meta"] = id, map[string]any{"resourceType": "User", "created": now, "lastModified": now, "location": at, "version": `W/"1"`}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		read := o.says(t, http.StatusOK, o.agency, "GET", "/Users/"+id, "")
		if diff := cmp.Diff(want, read); diff != "" {
			t.Error(diff)
		}
		p := o.personOf(t, o.agency, id)
		if p.DisplayName() != "Barbara Jensen" || p.Email != "bjensen@example.com" || p.Unit != "Tour Operations" || p.OrgID != o.agency.client.OrgID {
			t.Errorf("%+v", p)
		}
	})
}

func TestTheDiscoveryDocumentsSayWhatThereIs(t *testing.T) {
	provisioning(t, func(t *testing.T, o *office) {
		config := o.says(t, http.StatusOK, o.agency, "GET", "/ServiceProviderConfig", "")
		for name, want := range map[string]bool{"patch": true, "bulk": true, "filter": true, "sort": true, "etag": true, "changePassword": false} {
			if got := config[name].(map[string]any)["supported"]; got != want {
				t.Errorf("%s: %v", name, got)
			}
		}
		for path, n := range map[string]int{"/ResourceTypes": 2, "/Schemas": 3} {
			list := o.says(t, http.StatusOK, o.agency, "GET", path, "")
			if list["totalResults"] != float64(n) {
				t.Errorf("%s: %v", path, list["totalResults"])
			}
			for _, item := range list["Resources"].([]any) {
				d := item.(map[string]any)
				if diff := cmp.Diff(d, o.says(t, http.StatusOK, o.agency, "GET", path+"/"+d["id"].(string), "")); diff != "" {
					t.Error(diff)
				}
			}
		}
		o.denies(t, http.StatusForbidden, "", o.agency, "GET", "/Schemas?filter=id+pr", "") // RFC 7644 section 4
		o.denies(t, http.StatusNotFound, "", o.agency, "GET", "/Schemas/urn:none", "")
		o.denies(t, http.StatusMethodNotAllowed, "", o.agency, "DELETE", "/Schemas", "")
		o.denies(t, http.StatusMethodNotAllowed, "", o.agency, "PUT", "/Users", "{}")
		o.denies(t, http.StatusNotImplemented, "", o.agency, "GET", "/Me", "")
		o.denies(t, http.StatusNotFound, "", o.agency, "GET", "/Nothing", "")
	})
}

func TestFiltersOfTheRFCFindWhomTheyMean(t *testing.T) {
	provisioning(t, func(t *testing.T, o *office) {
		o.makes(t, o.agency, `"userName":"bjensen","externalId":"1","title":"Guide","userType":"Employee","name":{"familyName":"O'Malley","givenName":"Bárbara"},"emails":[{"value":"b@example.com","type":"work"},{"value":"b@home.example","type":"home"}]`)
		o.now = o.now.Add(1000_000_000)
		o.makes(t, o.agency, `"userName":"Jsmith","externalId":"a\"b\\c","userType":"Contractor","displayName":"Été 100% _x","active":false,"emails":[{"value":"J@Example.org","type":"home","primary":true}]`)
		o.makes(t, o.agency, `"userName":"zed","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"DSI"}`)
		o.makes(t, o.courts, `"userName":"bjensen","externalId":"1"`)
		for filter, want := range map[string]string{
			`userName eq "bjensen"`: "bjensen", `userName Eq "BJENSEN"`: "bjensen", `username eq "none"`: "",
			`name.familyName co "O'Malley"`: "bjensen", `userName sw "J"`: "Jsmith",
			`urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J"`: "Jsmith",
			`title pr`: "bjensen", `not (title pr)`: "Jsmith zed",
			`meta.lastModified gt "2026-11-20T09:00:00Z"`: "Jsmith zed", `meta.lastModified ge "2026-11-20T09:00:01Z"`: "Jsmith zed",
			`meta.lastModified lt "2026-11-20T10:00:01+01:00"`: "bjensen", `meta.created le "2026-11-20T09:00:00Z"`: "bjensen",
			`title pr and userType eq "Employee"`: "bjensen", `title pr or userType eq "Contractor"`: "bjensen Jsmith",
			`userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")`:            "bjensen",
			`userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")`:        "zed",
			`userType eq "Employee" and (emails.type eq "work")`:                                               "bjensen",
			`userType eq "Employee" and emails[type eq "work" and value co "@example.com"]`:                    "bjensen",
			`emails[type eq "work" and value co "@home.example"]`:                                              "",
			`emails[type eq "work" and value co "@example.com"] or emails[type eq "home" and primary eq true]`: "bjensen Jsmith",
			`externalId eq "a\"b\\c"`: "Jsmith", `externalId eq "A\"b\\c"`: "", `externalId eq "1"`: "bjensen",
			`displayName eq "\u00e9t\u00E9 100% _X"`: "Jsmith", `displayName co "%"`: "Jsmith", `displayName co "0_"`: "", `displayName ew "X"`: "Jsmith", `displayName co "_"`: "Jsmith",
			`active eq true`: "bjensen zed", `active eq "False"`: "Jsmith", `active ne true`: "Jsmith",
			`urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "dsi"`: "zed",
			`emails pr`: "bjensen Jsmith", `not (emails pr)`: "zed", `id pr`: "bjensen Jsmith zed", `id eq "nonsense"`: "", `id sw "zz"`: "",
			`userName gt "bz"`: "Jsmith zed", `displayName eq null`: "bjensen zed", `userName eq "bjensen" or userName eq "zed" and active eq false`: "bjensen",
		} {
			if got := o.finds(t, o.agency, "/Users?filter="+url.QueryEscape(filter)); got != want {
				t.Errorf("%s: got %q, want %q", filter, got, want)
			}
		}
		for _, filter := range []string{
			`userName`, `userName eq`, `userName eq "x`, `userName is "x"`, `(userName pr`, `userName pr and`, `emails[`, `emails[type eq "work"`, `nothing eq "x"`,
			`roles eq "admin"`, `password sw "t"`, `active gt true`, `active eq "perhaps"`, `active co true`, `meta.lastModified gt "yesterday"`, `meta.lastModified co "2026-01-01T00:00:00Z"`,
			`userName eq 5`, `userName eq true`, `name[givenName eq "x"]`, `emails[emails[type eq "x"]]`, `urn:none:userName eq "x"`, `userName eq "\u0000"`,
			strings.Repeat("(", 400) + "id pr" + strings.Repeat(")", 400), strings.Repeat("id pr or ", 100) + "id pr", strings.Repeat("x", 2000), ` `,
			`userName eq "x"; DROP TABLE scim_users`, `userName eq "x" --`,
		} {
			o.denies(t, http.StatusBadRequest, "invalidFilter", o.agency, "GET", "/Users?filter="+url.QueryEscape(filter), "")
		}
	})
}

func TestListsAreCutSortedAndSearchedByPost(t *testing.T) {
	provisioning(t, func(t *testing.T, o *office) {
		for _, name := range []string{"c", "a", "d", "b", "e"} {
			o.makes(t, o.agency, fmt.Sprintf(`"userName":%q,"title":"T","emails":[{"value":"%s@a.example","type":"work"}]`, name, name))
		}
		for path, want := range map[string]string{
			"/Users": "c a d b e", "/Users?count=2": "c a", "/Users?startIndex=3&count=2": "d b", "/Users?startIndex=5": "e", "/Users?startIndex=9": "",
			"/Users?startIndex=0&count=1": "c", "/Users?count=0": "", "/Users?count=-3": "", "/Users?sortBy=userName": "a b c d e",
			"/Users?sortBy=userName&sortOrder=descending&count=2": "e d", "/Users?sortBy=userName&startIndex=4": "d e",
		} {
			if got := o.finds(t, o.agency, path); got != want {
				t.Errorf("%s: got %q, want %q", path, got, want)
			}
			page := o.says(t, http.StatusOK, o.agency, "GET", path, "")
			if page["totalResults"] != float64(5) || page["itemsPerPage"] != float64(len(page["Resources"].([]any))) {
				t.Errorf("%s: %v of %v", path, page["itemsPerPage"], page["totalResults"])
			}
		}
		o.denies(t, http.StatusBadRequest, "invalidValue", o.agency, "GET", "/Users?count=many", "")
		o.denies(t, http.StatusBadRequest, "invalidValue", o.agency, "GET", "/Users?sortBy=emails", "")
		o.denies(t, http.StatusBadRequest, "invalidValue", o.agency, "GET", "/Users?sortOrder=up", "")
		o.denies(t, http.StatusBadRequest, "invalidValue", o.agency, "GET", "/Users?attributes=title&excludedAttributes=emails", "")

		keys := func(path string) string {
			var names []string
			for name := range o.says(t, http.StatusOK, o.agency, "GET", path, "")["Resources"].([]any)[0].(map[string]any) {
				names = append(names, name)
			}
			return strings.Join(sorted(names), " ")
		}
		for query, want := range map[string]string{
			"attributes=userName":                                         "id schemas userName",
			"attributes=emails.value,TITLE":                               "emails id schemas title",
			"excludedAttributes=emails,meta,id,active":                    "id schemas title userName",
			"attributes=urn:ietf:params:scim:schemas:core:2.0:User:title": "id schemas title",
		} {
			if got := keys("/Users?count=1&" + query); got != want {
				t.Errorf("%s: got %q, want %q", query, got, want)
			}
		}
		emails := o.says(t, http.StatusOK, o.agency, "GET", "/Users?count=1&attributes=emails.value", "")["Resources"].([]any)[0].(map[string]any)["emails"]
		if diff := cmp.Diff([]any{map[string]any{"value": "c@a.example"}}, emails); diff != "" {
			t.Error(diff)
		}

		search := `{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],"attributes":["userName"],"filter":"userName gt \"b\"","sortBy":"userName","startIndex":2,"count":1}`
		got := o.says(t, http.StatusOK, o.agency, "POST", "/Users/.search", search)
		if got["totalResults"] != float64(3) || got["Resources"].([]any)[0].(map[string]any)["userName"] != "d" {
			t.Errorf("%v", got)
		}
		o.denies(t, http.StatusBadRequest, "invalidSyntax", o.agency, "POST", "/Users/.search", `{"filter":"id pr"}`)
	})
}

func sorted(list []string) []string {
	for i := range list {
		for j := i; j > 0 && list[j] < list[j-1]; j-- {
			list[j], list[j-1] = list[j-1], list[j]
		}
	}
	return list
}

func TestAVersionThatHasChangedIsNotOverwritten(t *testing.T) {
	provisioning(t, func(t *testing.T, o *office) {
		id := o.makes(t, o.agency, `"userName":"bjensen"`)
		at := "/Users/" + id
		body := "{" + userSchema + `,"userName":"bjensen","title":"Guide"}`
		if rec := o.scim(o.agency, "GET", at, "", "If-None-Match", `W/"1"`); rec.Code != http.StatusNotModified || rec.Body.Len() > 0 {
			t.Errorf("%d %s", rec.Code, rec.Body)
		}
		o.says(t, http.StatusOK, o.agency, "GET", at, "", "If-None-Match", `W/"7", "8"`)
		for _, method := range []string{"PUT", "DELETE", "PATCH"} {
			text := map[string]string{"PUT": body, "PATCH": "{" + patchSchema + `,"Operations":[{"op":"replace","path":"title","value":"x"}]}`}[method]
			o.denies(t, http.StatusPreconditionFailed, "", o.agency, method, at, text, "If-Match", `W/"2"`)
		}
		rec := o.scim(o.agency, "PUT", at, body, "If-Match", `W/"1"`)
		if rec.Code != http.StatusOK || rec.Header().Get("ETag") != `W/"2"` {
			t.Fatalf("%d %s", rec.Code, rec.Body)
		}
		rec = o.scim(o.agency, "PUT", at, body, "If-Match", `*`)
		if rec.Code != http.StatusOK || rec.Header().Get("ETag") != `W/"2"` {
			t.Errorf("the same again makes another version: %s", rec.Header().Get("ETag"))
		}
		o.says(t, http.StatusOK, o.agency, "PUT", at, "{"+userSchema+`,"userName":"bjensen"}`, "If-Match", `"2"`)
		if got := o.says(t, http.StatusOK, o.agency, "GET", at, ""); got["title"] != nil {
			t.Errorf("what PUT leaves out stays: %v", got)
		}
		o.says(t, http.StatusNoContent, o.agency, "DELETE", at, "", "If-Match", `W/"3"`)
		o.denies(t, http.StatusNotFound, "", o.agency, "GET", at, "")
		o.denies(t, http.StatusNotFound, "", o.agency, "DELETE", at, "")
	})
}

func TestAPatchDoesWhatTheRFCSays(t *testing.T) {
	const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
	provisioning(t, func(t *testing.T, o *office) {
		start := `{` + userSchema + `,"userName":"b","title":"Guide","name":{"givenName":"Barbara","familyName":"Jensen"},"emails":[{"value":"b@work.example","type":"work","primary":true}]}`
		id := o.makes(t, o.agency, `"userName":"b"`)
		for _, c := range []struct{ name, operations, attribute, want string }{
			{"add an attribute", `{"op":"add","path":"userType","value":"Employee"}`, "userType", `"Employee"`},
			{"Add in capitals", `{"op":"Add","path":"displayName","value":"Babs"}`, "displayName", `"Babs"`},
			{"add without a path", `{"op":"add","value":{"emails":[{"value":"babs@jensen.org","type":"home"}],"title":"Chief"}}`, "emails", `[{"primary":true,"type":"work","value":"b@work.example"},{"type":"home","value":"babs@jensen.org"}]`},
			{"add what is there", `{"op":"add","path":"emails","value":[{"value":"b@work.example","type":"work","primary":true}]}`, "emails", `[{"primary":true,"type":"work","value":"b@work.example"}]`},
			{"another primary one", `{"op":"add","path":"emails","value":{"value":"c@x.example","primary":true}}`, "emails", `[{"primary":false,"type":"work","value":"b@work.example"},{"primary":true,"value":"c@x.example"}]`},
			{"replace a part", `{"op":"replace","path":"name.familyName","value":"O'Neil"}`, "name", `{"familyName":"O'Neil","givenName":"Barbara"}`},
			{"replace parts", `{"op":"replace","path":"name","value":{"givenName":"Babs"}}`, "name", `{"familyName":"Jensen","givenName":"Babs"}`},
			{"replace under a filter", `{"op":"replace","path":"emails[type eq \"work\"].value","value":"new@work.example"}`, "emails", `[{"primary":true,"type":"work","value":"new@work.example"}]`},
			{"replace all values", `{"op":"replace","path":"emails","value":[{"value":"z@z.example"}]}`, "emails", `[{"value":"z@z.example"}]`},
			{"add under a filter that finds nobody", `{"op":"Add","path":"emails[type eq \"home\"].value","value":"h@h.example"}`, "emails", `[{"primary":true,"type":"work","value":"b@work.example"},{"type":"home","value":"h@h.example"}]`},
			{"remove", `{"op":"remove","path":"title"}`, "title", `null`},
			{"replace by null", `{"op":"replace","path":"title","value":null}`, "title", `null`},
			{"remove under a filter", `{"op":"remove","path":"emails[type eq \"work\" and value ew \"example\"]"}`, "emails", `null`},
			{"remove all values", `{"op":"remove","path":"emails"}`, "emails", `null`},
			{"an attribute of the extension", `{"op":"add","path":"` + enterprise + `:department","value":"DSI"}`, enterprise, `{"department":"DSI"}`},
			{"the extension whole", `{"op":"add","path":"` + enterprise + `","value":{"division":"A"}}`, enterprise, `{"division":"A"}`},
			{"the extension without a path", `{"op":"add","value":{"` + enterprise + `:department":"X"}}`, enterprise, `{"department":"X"}`},
			{"names with a schema", `{"op":"replace","path":"urn:ietf:params:scim:schemas:core:2.0:User:title","value":"Head"}`, "title", `"Head"`},
			{"dotted names without a path", `{"op":"replace","value":{"name.givenName":"B","title":"T"}}`, "name", `{"familyName":"Jensen","givenName":"B"}`},
			{"active as a word", `{"op":"Replace","path":"active","value":"False"}`, "active", `false`},
			{"active as a word without a path", `{"op":"Replace","value":{"active":"false"}}`, "active", `false`},
			{"what is not kept", `{"op":"add","path":"phoneNumbers[type eq \"work\"].value","value":"555"},{"op":"replace","path":"` + enterprise + `:manager","value":"x"},{"op":"add","path":"roles","value":[{"value":"admin"}]}`, "title", `"Guide"`},
			{"several steps", `{"op":"remove","path":"title"},{"op":"add","path":"title","value":"Again"}`, "title", `"Again"`},
		} {
			o.says(t, http.StatusOK, o.agency, "PUT", "/Users/"+id, start)
			got, _ := json.Marshal(o.patches(t, o.agency, "/Users/"+id, c.operations)[c.attribute])
			if string(got) != c.want {
				t.Errorf("%s: got %s, want %s", c.name, got, c.want)
			}
		}
		o.says(t, http.StatusOK, o.agency, "PUT", "/Users/"+id, start)
		before := o.says(t, http.StatusOK, o.agency, "GET", "/Users/"+id, "")
		for operations, scimType := range map[string]string{
			`{"op":"move","path":"title","value":"x"}`: "invalidSyntax", `{"path":"title","value":"x"}`: "invalidSyntax", ``: "invalidSyntax", `"title"`: "invalidSyntax",
			`{"op":"remove"}`: "noTarget", `{"op":"replace","path":"emails[type eq \"other\"].value","value":"x"}`: "noTarget",
			`{"op":"add","path":"emails[type sw \"o\"].value","value":"x"}`: "noTarget",
			`{"op":"add","path":"none","value":"x"}`:                        "invalidPath", `{"op":"add","path":"name.none","value":"x"}`: "invalidPath", `{"op":"add","path":"a.b.c","value":"x"}`: "invalidPath",
			`{"op":"add","path":"emails[","value":"x"}`: "invalidPath", `{"op":"add","path":"emails[type eq]","value":"x"}`: "invalidPath", `{"op":"add","path":7,"value":"x"}`: "invalidPath",
			`{"op":"add","path":"name[givenName eq \"x\"]","value":"x"}`: "invalidPath", `{"op":"add","path":"emails[none eq \"x\"].value","value":"x"}`: "invalidPath",
			`{"op":"add","path":"emails[primary gt true].value","value":"x"}`: "invalidPath", `{"op":"add","path":"` + strings.Repeat("(", 999) + `","value":"x"}`: "invalidPath",
			`{"op":"replace","path":"id","value":"x"}`: "mutability", `{"op":"add","path":"groups","value":[{"value":"x"}]}`: "mutability", `{"op":"replace","path":"meta.version","value":"x"}`: "mutability",
			`{"op":"remove","path":"userName"}`:         "mutability",
			`{"op":"replace","path":"title","value":5}`: "invalidValue", `{"op":"replace","path":"active","value":"no"}`: "invalidValue", `{"op":"replace","path":"active","value":0}`: "invalidValue",
			`{"op":"replace","path":"userName","value":""}`: "invalidValue", `{"op":"add","value":"x"}`: "invalidValue", `{"op":"replace","path":"name","value":"x"}`: "invalidValue",
			`{"op":"replace","path":"title","value":"` + strings.Repeat("x", 201) + `"}`:                    "invalidValue",
			`{"op":"replace","path":"title","value":"kept?"},{"op":"replace","path":"active","value":"no"}`: "invalidValue",
		} {
			o.denies(t, http.StatusBadRequest, scimType, o.agency, "PATCH", "/Users/"+id, "{"+patchSchema+`,"Operations":[`+operations+"]}")
		}
		o.denies(t, http.StatusBadRequest, "invalidSyntax", o.agency, "PATCH", "/Users/"+id, `{"Operations":[{"op":"remove","path":"title"}]}`)
		if diff := cmp.Diff(before, o.says(t, http.StatusOK, o.agency, "GET", "/Users/"+id, "")); diff != "" {
			t.Errorf("a PATCH that was refused did something: %s", diff)
		}
	})
}

func TestGroupsHavePeopleInThemAndNoGroups(t *testing.T) {
	provisioning(t, func(t *testing.T, o *office) {
		a, b := o.makes(t, o.agency, `"userName":"a"`), o.makes(t, o.agency, `"userName":"b"`)
		foreign := o.makes(t, o.courts, `"userName":"c"`)
		made := o.says(t, http.StatusCreated, o.agency, "POST", "/Groups", "{"+groupSchema+`,"displayName":"Tour Guides","externalId":"g1","members":[{"value":"`+a+`","$ref":"x","display":"Babs"},{"value":"`+a+`"}]}`)
		id := made["id"].(string)
		members := func(ids ...string) []any {
			list := []any{}
			for _, id := range ids {
				list = append(list, map[string]any{"value": id, "type": "User", "$ref": home + "/scim/v2/Users/" + id})
			}
			return list
		}
		if diff := cmp.Diff(members(a), made["members"]); diff != "" {
			t.Error(diff)
		}
		at := "/Groups/" + id
		if diff := cmp.Diff(members(a, b), o.patches(t, o.agency, at, `{"op":"add","path":"members","value":[{"value":"`+b+`"},{"value":"`+a+`"}]}`)["members"]); diff != "" {
			t.Error(diff)
		}
		user := o.says(t, http.StatusOK, o.agency, "GET", "/Users/"+b, "")
		if diff := cmp.Diff([]any{map[string]any{"value": id, "display": "Tour Guides", "type": "direct", "$ref": home + "/scim/v2/Groups/" + id}}, user["groups"]); diff != "" {
			t.Error(diff)
		}
		person := o.personOf(t, o.agency, b)
		if subject, err := o.store.Subject(t.Context(), person.ID); err != nil || len(subject.Groups) != 1 || subject.Groups[0] != id {
			t.Errorf("%+v, %v", subject, err)
		}
		if diff := cmp.Diff(members(b), o.patches(t, o.agency, at, `{"op":"remove","path":"members[value eq \"`+a+`\"]"}`)["members"]); diff != "" {
			t.Error(diff)
		}
		if got := o.patches(t, o.agency, at, `{"op":"Remove","path":"members","value":[{"value":"`+b+`"}]},{"op":"replace","path":"displayName","value":"Guides"}`); got["members"] != nil || got["displayName"] != "Guides" {
			t.Errorf("%v", got)
		}
		if subject, err := o.store.Subject(t.Context(), person.ID); err != nil || len(subject.Groups) != 0 {
			t.Errorf("%+v, %v", subject, err)
		}
		for _, member := range []string{
			`{"value":"` + id + `","type":"Group"}`, `{"value":"` + id + `"}`, `{"value":"` + foreign + `"}`, `{"value":"nonsense"}`, `{"value":"0198a5c2-7e02-7b1d-8c34-9f5a2e6d1b80"}`,
		} {
			o.denies(t, http.StatusBadRequest, "invalidValue", o.agency, "PATCH", at, "{"+patchSchema+`,"Operations":[{"op":"add","path":"members","value":[`+member+`]}]}`)
			o.denies(t, http.StatusBadRequest, "invalidValue", o.agency, "POST", "/Groups", "{"+groupSchema+`,"displayName":"X","members":[`+member+`]}`)
		}
		o.denies(t, http.StatusConflict, "uniqueness", o.agency, "POST", "/Groups", "{"+groupSchema+`,"displayName":"guides"}`)
		o.denies(t, http.StatusBadRequest, "invalidValue", o.agency, "POST", "/Groups", "{"+groupSchema+`}`)
		o.says(t, http.StatusOK, o.agency, "PUT", at, "{"+groupSchema+`,"displayName":"Guides","members":[{"value":"`+a+`"}]}`)
		for path, want := range map[string]string{
			`/Groups?filter=` + url.QueryEscape(`displayName eq "GUIDES"`):                  "Guides",
			`/Groups?filter=` + url.QueryEscape(`members.value eq "`+a+`"`):                 "Guides",
			`/Groups?filter=` + url.QueryEscape(`members[value eq "`+b+`"]`):                "",
			`/Groups?excludedAttributes=members&filter=` + url.QueryEscape(`externalId pr`): "",
		} {
			if got := o.finds(t, o.agency, path); got != want {
				t.Errorf("%s: got %q", path, got)
			}
		}
		o.says(t, http.StatusNoContent, o.agency, "DELETE", "/Users/"+a, "")
		if got := o.says(t, http.StatusOK, o.agency, "GET", at, ""); got["members"] != nil {
			t.Errorf("%v", got)
		}
		o.says(t, http.StatusNoContent, o.agency, "DELETE", at, "")
		o.denies(t, http.StatusNotFound, "", o.agency, "GET", at, "")
	})
}

func TestABulkRequestResolvesWhatItMakesWhateverTheOrder(t *testing.T) {
	provisioning(t, func(t *testing.T, o *office) {
		bulk := func(more string) []any {
			return o.says(t, http.StatusOK, o.agency, "POST", "/Bulk", "{"+bulkSchema+more+"}")["Operations"].([]any)
		}
		status := func(list []any) string {
			var words []string
			for _, item := range list {
				words = append(words, item.(map[string]any)["status"].(string))
			}
			return strings.Join(words, " ")
		}
		user := func(id, name string) string {
			return `{"method":"POST","path":"/Users","bulkId":"` + id + `","data":{` + userSchema + `,"userName":"` + name + `"}}`
		}
		group := `{"method":"POST","path":"/Groups","bulkId":"ytrewq","data":{` + groupSchema + `,"displayName":"Tour Guides","members":[{"type":"User","value":"bulkId:qwerty"}]}}`
		request := `,"Operations":[` + group + "," + user("qwerty", "Alice") + `,{"method":"PATCH","path":"/Users/bulkId:qwerty","data":{` + patchSchema + `,"Operations":[{"op":"add","path":"title","value":"Chief"}]}}]`
		got := bulk(request)
		if status(got) != "201 201 200" {
			t.Fatalf("%v", got)
		}
		if groups := o.finds(t, o.agency, "/Groups?filter="+url.QueryEscape("members pr")); groups != "Tour Guides" {
			t.Errorf("got %q", groups)
		}
		if alice := o.says(t, http.StatusOK, o.agency, "GET", strings.TrimPrefix(got[1].(map[string]any)["location"].(string), home+"/scim/v2"), ""); alice["title"] != "Chief" {
			t.Errorf("%v", alice)
		}
		// The same once more: nobody stands there twice.
		if again := status(bulk(request)); again != "409 409 409" {
			t.Errorf("got %s", again)
		}
		if all := o.finds(t, o.agency, "/Users"); all != "Alice" {
			t.Errorf("got %s", all)
		}
		// One that is taken among many: the others are made.
		if got := status(bulk(`,"Operations":[` + user("1", "bob") + "," + user("2", "ALICE") + "," + user("3", "carol") + "," + user("4", "Bob") + `]`)); got != "201 409 201 409" {
			t.Errorf("got %s", got)
		}
		// After as many errors as the client bears nothing more is done.
		if got := status(bulk(`,"failOnErrors":1,"Operations":[` + user("1", "dora") + "," + user("2", "alice") + "," + user("3", "eve") + `]`)); got != "201 409" {
			t.Errorf("got %s", got)
		}
		circle := `{"method":"POST","path":"/Groups","bulkId":"a","data":{` + groupSchema + `,"displayName":"A","members":[{"type":"Group","value":"bulkId:b"}]}},
			{"method":"POST","path":"/Groups","bulkId":"b","data":{` + groupSchema + `,"displayName":"B","members":[{"type":"Group","value":"bulkId:a"}]}}`
		if got := status(bulk(`,"Operations":[` + circle + `]`)); got != "409 409" {
			t.Errorf("got %s", got)
		}
		for operation, want := range map[string]string{
			`{"method":"POST","path":"/Users","data":{}}`: "400", `{"method":"POST","path":"/Users","bulkId":"x"}`: "400", `{"method":"GET","path":"/Users"}`: "400",
			`{"method":"POST","path":"/Bulk","bulkId":"x","data":{}}`: "400", `{"method":"POST","path":"/Users/.search","bulkId":"x","data":{}}`: "400",
			`{"method":"DELETE","path":"/Users/nobody"}`: "404", `{"method":"DELETE","path":"/Users/bulkId:none"}`: "409", `"x"`: "400", `{"method":"DELETE","path":"../../Users/x"}`: "400",
			`{"method":"PUT","path":"/Users/x","data":[]}`: "400",
		} {
			if got := status(bulk(`,"Operations":[` + operation + `]`)); got != want {
				t.Errorf("%s: got %s, want %s", operation, got, want)
			}
		}
		o.denies(t, http.StatusBadRequest, "invalidValue", o.agency, "POST", "/Bulk", "{"+bulkSchema+`,"Operations":[`+user("1", "x")+","+user("1", "y")+"]}")
		o.denies(t, http.StatusBadRequest, "invalidSyntax", o.agency, "POST", "/Bulk", `{"Operations":[]}`)
		o.denies(t, http.StatusRequestEntityTooLarge, "", o.agency, "POST", "/Bulk", "{"+bulkSchema+`,"Operations":[`+strings.Repeat(`{},`, 1000)+"{}]}")
	})
}
