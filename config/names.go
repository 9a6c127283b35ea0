package config

import (
	"reflect"
	"slices"
)

// Names lists every setting; those of providers stand as PARVIS_OIDC_<NAME>_….
func Names() []string {
	names := namesOf(reflect.TypeFor[Config](), prefix)
	names = append(names, namesOf(reflect.TypeFor[Provider](), prefix+"OIDC_<NAME>_")...)
	slices.Sort(names)
	return names
}

// Required lists the settings without which `parvis serve` does not start; of a provider, at least one must be there.
func Required() []string {
	return []string{
		"PARVIS_DATABASE_URL", "PARVIS_LIVEKIT_API_KEY", "PARVIS_LIVEKIT_API_SECRET", "PARVIS_LIVEKIT_URL",
		"PARVIS_OIDC_<NAME>_CLIENT_ID", "PARVIS_OIDC_<NAME>_CLIENT_SECRET", "PARVIS_OIDC_<NAME>_ISSUER",
		"PARVIS_SECRET", "PARVIS_URL",
	}
}

func namesOf(t reflect.Type, prefix string) []string {
	var names []string
	for i := range t.NumField() {
		f := t.Field(i)
		if sub := f.Tag.Get("envPrefix"); sub != "" {
			names = append(names, namesOf(f.Type, prefix+sub)...)
		} else if name := f.Tag.Get("env"); name != "" && name != "-" {
			names = append(names, prefix+name)
		}
	}
	return names
}
