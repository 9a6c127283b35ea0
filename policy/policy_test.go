package policy_test

import (
	"encoding/json"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"parvis/fault"
	"parvis/policy"
)

func setting(t testing.TB, name policy.Name) *policy.Setting {
	t.Helper()
	s, ok := policy.Find(name)
	if !ok {
		t.Fatalf("no setting %s", name)
	}
	return s
}

func value(t testing.TB, name policy.Name, text string) policy.Value {
	t.Helper()
	v, ok := setting(t, name).Parse(json.RawMessage(text))
	if !ok {
		t.Fatalf("%s is no value of %s", text, name)
	}
	return v
}

// says is a layer that says one thing.
func says(t testing.TB, l policy.Level, who string, name policy.Name, text string, locked bool) policy.Layer {
	t.Helper()
	return policy.Layer{
		Source:   policy.Source{Level: l, ID: who, Name: who},
		Settings: map[policy.Name]policy.Decided{name: {Value: value(t, name, text), Locked: locked}},
	}
}

func TestAValueOfAWrongTypeIsNone(t *testing.T) {
	for name, wrong := range map[policy.Name][]string{
		policy.Entry:           {`"anybody"`, `1`, `true`, `null`, `["hosts"]`, ``},
		policy.OpensWithHost:   {`"true"`, `1`, `null`, ``},
		policy.MaxParticipants: {`-1`, `1001`, `1.5`, `"5"`, `null`, `1e3`, ``},
		policy.AttendanceDays:  {`0`, `3651`},
		policy.ForbiddenToAll:  {`"chat"`, `["telepathy"]`, `null`, `[1]`},
		policy.Recording:       {`"on"`, `true`, `null`},
		policy.Embedding: {
			`"https://a.example"`, `["*"]`, `["a.example"]`, `["https://*.a.example"]`, `["http://a.example"]`, `["https://a.example/portal"]`, `["https://a.example:0"]`, `["https://a.example:99999"]`,
			`["https://a.example:"]`, `["https://a.example; script-src *"]`, `["https://a.example https://b.example"]`, `["https://user@a.example"]`, `["ftp://a.example"]`, `["null"]`, `["https://"]`, `null`,
		},
		policy.WebhookHosts: {`"*"`, `["*."]`, `["a..b"]`, `["https://a.example"]`, `["a.*"]`, `["-a.example"]`, `null`},
	} {
		for _, text := range wrong {
			if v, ok := setting(t, name).Parse(json.RawMessage(text)); ok {
				t.Errorf("%s takes %q: %v", name, text, v)
			}
		}
	}
}

func TestASettingThatThereIsNotIsNotFound(t *testing.T) {
	for _, name := range []policy.Name{"", "telepathy", "Entry"} {
		if _, ok := policy.Find(name); ok {
			t.Errorf("there is a setting %q", name)
		}
	}
}

func TestALockedSettingIsNotOverriddenBelow(t *testing.T) {
	locked := says(t, policy.Organization, "Ministry X", policy.Entry, `"organization"`, true)
	got := policy.Resolve(locked, says(t, policy.Room, "room", policy.Entry, `"everyone"`, false)).Of(policy.Entry)
	if got.Setting.Word(got.Value) != "organization" || !got.Kept || got.Reason() != "locked by Ministry X" || len(got.Overrode) != 1 {
		t.Errorf("got %+v: %s", got, got.Reason())
	}
	stricter := policy.Resolve(locked, says(t, policy.Room, "room", policy.Entry, `"hosts"`, false)).Of(policy.Entry)
	if stricter.Setting.Word(stricter.Value) != "hosts" || stricter.Kept || stricter.Reason() != "chosen in the room" {
		t.Errorf("a stricter choice below a lock counts: got %+v: %s", stricter, stricter.Reason())
	}
}

func TestADefaultIsOverriddenBelow(t *testing.T) {
	got := policy.Resolve(
		says(t, policy.Platform, "", policy.MaxMinutes, `60`, false), says(t, policy.Organization, "Agency", policy.MaxMinutes, `0`, false),
	).Of(policy.MaxMinutes)
	if got.Value.Number != 0 || got.From.Name != "Agency" || len(got.Overrode) != 1 || got.Overrode[0].Value.Number != 60 {
		t.Errorf("got %+v", got)
	}
}

func TestARefusalNamesTheFieldAndWhoLocked(t *testing.T) {
	got := policy.Resolve(says(t, policy.Organization, "Ministry X", policy.MaxParticipants, `20`, true)).Of(policy.MaxParticipants)
	err := got.Refusal("body.maxParticipants", policy.Value{Number: 21})
	want := fault.Field{Location: "body.maxParticipants", Message: "locked by Ministry X: at most 20"}
	if !fault.HasCode(err, fault.CodePolicyLocked) || !slices.Equal(fault.Of(err).Fields, []fault.Field{want}) {
		t.Errorf("got %v, %v", err, fault.Of(err).Fields)
	}
	for _, n := range []int{1, 20} {
		if err := got.Refusal("body.maxParticipants", policy.Value{Number: n}); err != nil {
			t.Errorf("%d is refused: %v", n, err)
		}
	}
	if err := got.Refusal("body.maxParticipants", policy.Value{}); err == nil {
		t.Error("no limit at all is within a limit")
	}
}

func TestASettingCountsOnlyAtItsLevels(t *testing.T) {
	got := policy.Resolve(says(t, policy.Template, "T", policy.SignInHours, `1`, true)).Of(policy.SignInHours)
	if !got.Usual {
		t.Errorf("a template says for how long people are signed in: %+v", got)
	}
}

func TestOnlyHostsThatAreNamedAreAllowed(t *testing.T) {
	v := value(t, policy.WebhookHosts, `["*.gouv.example","agenda.example"]`)
	for host, want := range map[string]bool{
		"agenda.example": true, "AGENDA.example.": true, "a.gouv.example": true, "b.a.gouv.example": true,
		"gouv.example": false, "evilgouv.example": false, "x.agenda.example": false, "": false,
	} {
		if v.Allows(host) != want {
			t.Errorf("%q is allowed: %v", host, !want)
		}
	}
	if (policy.Value{}).Allows("a.example") || !setting(t, policy.WebhookHosts).Loosest().Allows("a.example") {
		t.Error("an empty list names none, and * names all")
	}
}

func TestAnOriginIsKeptAsBrowsersCompareIt(t *testing.T) {
	for given, want := range map[string]string{
		"https://Intranet.Example.gouv.fr": "https://intranet.example.gouv.fr", "https://intranet.example.gouv.fr/": "https://intranet.example.gouv.fr",
		"https://intranet.example.gouv.fr:443": "https://intranet.example.gouv.fr", "https://a.example:8443": "https://a.example:8443",
		"http://localhost:5173": "http://localhost:5173", "http://127.0.0.1:80": "http://127.0.0.1", "http://portal.localhost:8081": "http://portal.localhost:8081",
	} {
		text, _ := json.Marshal([]string{given})
		if v := value(t, policy.Embedding, string(text)); !slices.Equal(v.List, []string{want}) {
			t.Errorf("%s is kept as %q, want %q", given, v.List, want)
		}
	}
}

func TestNobodyEmbedsARoomUntilSomebodyAllowsIt(t *testing.T) {
	if got := policy.Resolve().Of(policy.Embedding); len(got.Value.List) != 0 || !got.Usual {
		t.Errorf("got %+v", got)
	}
	locked := says(t, policy.Platform, "", policy.Embedding, `["https://a.example","https://b.example"]`, true)
	got := policy.Resolve(locked, says(t, policy.Organization, "X", policy.Embedding, `["https://b.example","https://c.example"]`, false)).Of(policy.Embedding)
	if !slices.Equal(got.Value.List, []string{"https://b.example"}) || !got.Kept {
		t.Errorf("of what is locked and what is asked for, both: got %v", got.Value.List)
	}
}

func TestNothingIsRecordedWhereNobodySaidSo(t *testing.T) {
	for _, name := range []policy.Name{policy.Recording, policy.Transcription} {
		if got := policy.Resolve().Of(name); got.Setting.Word(got.Value) != policy.CaptureOff || got.Locked {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

// anyValue draws a value of a setting.
func anyValue(s *policy.Setting) *rapid.Generator[policy.Value] {
	return rapid.Custom(func(t *rapid.T) policy.Value {
		var text []byte
		switch s.Kind {
		case policy.Choice:
			text, _ = json.Marshal(rapid.SampledFrom(s.Words).Draw(t, "word"))
		case policy.Switch:
			text, _ = json.Marshal(rapid.Bool().Draw(t, "on"))
		case policy.Limit:
			text, _ = json.Marshal(rapid.IntRange(s.Least, s.Most).Draw(t, "number"))
		case policy.Forbidden:
			text, _ = json.Marshal(rapid.SliceOfN(rapid.SampledFrom(s.Words), 0, 5).Draw(t, "words"))
		default:
			hosts := []string{"*", "*.example", "a.example", "*.a.example", "b.a.example", "b.example"}
			if s.Origins {
				hosts = []string{"https://a.example", "https://a.example:8443", "https://b.a.example", "http://localhost:3000"}
			}
			text, _ = json.Marshal(rapid.SliceOfN(rapid.SampledFrom(hosts), 0, 4).Draw(t, "hosts"))
		}
		v, ok := s.Parse(text)
		if !ok {
			t.Fatalf("%s is no value of %s", text, s.Name)
		}
		return v
	})
}

func anyLayers(t *rapid.T) []policy.Layer {
	var layers []policy.Layer
	for level := policy.Platform; level <= policy.Room; level++ {
		for range rapid.IntRange(0, 2).Draw(t, "layers") {
			l := policy.Layer{Source: policy.Source{Level: level, ID: level.String()}, Settings: map[policy.Name]policy.Decided{}}
			for _, s := range policy.Settings() {
				if rapid.Bool().Draw(t, "says") {
					l.Settings[s.Name] = policy.Decided{Value: anyValue(s).Draw(t, string(s.Name)), Locked: rapid.Bool().Draw(t, "locked")}
				}
			}
			layers = append(layers, l)
		}
	}
	return layers
}

// same compares what values mean: of hosts, one may be named twice.
func same(s *policy.Setting, a, b policy.Value) bool { return s.Within(a, b) && s.Within(b, a) }

func TestNothingBelowLoosensALock(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		layers := anyLayers(t)
		got := policy.Resolve(layers...)
		for _, r := range got {
			for _, l := range layers {
				d, said := l.Settings[r.Setting.Name]
				if said && d.Locked && r.Setting.At(l.Level) && !r.Setting.Within(r.Value, d.Value) {
					t.Fatalf("%s: %v although %s locked %v", r.Setting.Name, r.Value, l.Level, d.Value)
				}
			}
			if !r.Setting.Within(r.Value, r.Bound) {
				t.Fatalf("%s: %v is not within %v", r.Setting.Name, r.Value, r.Bound)
			}
		}
	})
}

func TestLocksBindInWhateverOrderTheyCome(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		layers := anyLayers(t)
		turned := rapid.Permutation(layers).Draw(t, "turned")
		one, two := policy.Resolve(layers...), policy.Resolve(turned...)
		for i, r := range one {
			if r.Locked != two[i].Locked || !same(r.Setting, r.Bound, two[i].Bound) {
				t.Fatalf("%s: bound by %v, and in another order by %v", r.Setting.Name, r.Bound, two[i].Bound)
			}
		}
	})
}

func TestSayingTheSameTwiceChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var twice []policy.Layer
		layers := anyLayers(t)
		for _, l := range layers {
			twice = append(twice, l, l)
		}
		one, two := policy.Resolve(layers...), policy.Resolve(twice...)
		for i, r := range one {
			if !same(r.Setting, r.Value, two[i].Value) || r.Locked != two[i].Locked || !same(r.Setting, r.Bound, two[i].Bound) {
				t.Fatalf("%s: %v, and %v when it is said twice", r.Setting.Name, r.Value, two[i].Value)
			}
		}
	})
}

func TestTheStricterOfTwoValuesIsAnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom(policy.Settings()).Draw(t, "setting")
		a, b, c := anyValue(s).Draw(t, "a"), anyValue(s).Draw(t, "b"), anyValue(s).Draw(t, "c")
		ab := s.Strictest(a, b)
		switch {
		case !s.Within(ab, a) || !s.Within(ab, b):
			t.Fatalf("%s: of %v and %v the stricter is %v, which is looser than one", s.Name, a, b, ab)
		case !same(s, ab, s.Strictest(b, a)):
			t.Fatalf("%s: %v and %v have another stricter one the other way round", s.Name, a, b)
		case !same(s, s.Strictest(ab, c), s.Strictest(a, s.Strictest(b, c))):
			t.Fatalf("%s: %v, %v and %v have another strictest one in another order", s.Name, a, b, c)
		case !same(s, s.Strictest(a, a), a) || !same(s, s.Strictest(a, s.Loosest()), a):
			t.Fatalf("%s: %v is not its own stricter one", s.Name, a)
		}
	})
}

func TestAValueIsReadAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom(policy.Settings()).Draw(t, "setting")
		v := anyValue(s).Draw(t, "value")
		if got, ok := s.Parse(s.JSON(v)); !ok || !got.Equal(v) {
			t.Fatalf("%s: %v comes back as %v", s.Name, v, got)
		}
	})
}

func TestOneMoreLayerIsAsIfItHadBeenThereAllAlong(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		layers := anyLayers(t)
		if len(layers) == 0 {
			return
		}
		last := len(layers) - 1
		one, two := policy.Resolve(layers...), policy.Resolve(layers[:last]...).Below(layers[last])
		for i, r := range one {
			if !r.Value.Equal(two[i].Value) || r.Reason() != two[i].Reason() || len(r.Overrode) != len(two[i].Overrode) {
				t.Fatalf("%s: %v (%s), and %v (%s)", r.Setting.Name, r.Value, r.Reason(), two[i].Value, two[i].Reason())
			}
		}
	})
}

func TestEverySettingIsDeclaredWhole(t *testing.T) {
	names := map[policy.Name]bool{}
	for _, s := range policy.Settings() {
		_, parses := s.Parse(s.JSON(s.Usual))
		if names[s.Name] || s.Title == "" || len(s.Levels) == 0 || !parses || !s.At(policy.Platform) || !s.At(policy.Organization) {
			t.Errorf("%s is not declared whole", s.Name)
		}
		names[s.Name] = true
	}
}

func BenchmarkARoomIsResolved(b *testing.B) {
	layers := []policy.Layer{
		says(b, policy.Platform, "", policy.Entry, `"signed-in"`, true), says(b, policy.Organization, "X", policy.MaxParticipants, `50`, true),
		says(b, policy.Organization, "Y", policy.Guests, `"lobby"`, false), says(b, policy.Template, "T", policy.OpensWithHost, `true`, false),
	}
	for b.Loop() {
		policy.Resolve(layers...)
	}
}
