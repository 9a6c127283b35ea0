package invitation

import (
	"fmt"
	"strings"
	"time"
)

// zoneNames is how a language names zones: by the city, as the Unicode CLDR has it where it is another than in the IANA name.
type zoneNames struct {
	inZone string            // a time, a zone
	zone   string            // a city as it is said there, an offset
	cities map[string]string // by the last part of the IANA name
	of     func(city string) string
}

// in says a time with its zone and the zone's offset then: what has no city is its offset alone.
func (z zoneNames) in(said string, t time.Time) string {
	name := t.Location().String()
	area, _, hasCity := strings.Cut(name, "/")
	if !hasCity || area == "Etc" {
		return fmt.Sprintf(z.inZone, said, offset(t))
	}
	city := name[strings.LastIndexByte(name, '/')+1:]
	if own, found := z.cities[city]; found {
		city = own
	}
	return fmt.Sprintf(z.inZone, said, fmt.Sprintf(z.zone, z.of(strings.ReplaceAll(city, "_", " ")), offset(t)))
}

// offset is UTC+1, as people write it.
func offset(t time.Time) string {
	_, seconds := t.Zone()
	sign := "+"
	if seconds < 0 {
		sign, seconds = "-", -seconds
	}
	switch minutes := seconds / 60 % 60; {
	case seconds < 60:
		return "UTC"
	case minutes != 0:
		return fmt.Sprintf("UTC%s%d:%02d", sign, seconds/3600, minutes)
	default:
		return fmt.Sprintf("UTC%s%d", sign, seconds/3600)
	}
}

var frenchZones = zoneNames{
	inZone: "%s, %s", zone: "heure %s (%s)",
	of: func(city string) string {
		switch article, name, _ := strings.Cut(city, " "); {
		case article == "Le":
			return "du " + name
		case article == "les":
			return "des " + name
		case strings.ContainsAny(city[:1], "AEIOUaeiou") || strings.HasPrefix(city, "É"):
			return "d’" + city
		default:
			return "de " + city
		}
	},
	cities: map[string]string{
		"Reunion": "La Réunion", "Martinique": "la Martinique", "Guadeloupe": "la Guadeloupe", "Marigot": "Saint-Martin", "St_Barthelemy": "Saint-Barthélemy",
		"Miquelon": "Saint-Pierre-et-Miquelon", "Noumea": "Nouméa", "Wallis": "Wallis-et-Futuna", "Marquesas": "Taiohae", "Kerguelen": "Port-aux-Français",
		"London": "Londres", "Brussels": "Bruxelles", "Lisbon": "Lisbonne", "Athens": "Athènes", "Vienna": "Vienne", "Copenhagen": "Copenhague", "Warsaw": "Varsovie",
		"Bucharest": "Bucarest", "Moscow": "Moscou", "Kyiv": "Kiev", "Andorra": "Andorre", "Busingen": "Büsingen", "Malta": "Malte", "San_Marino": "Saint-Marin", "Tirane": "Tirana",
		"Azores": "les Açores", "Canary": "les Canaries", "Madeira": "Madère", "Faroe": "les îles Féroé",
		"Mexico_City": "Mexico", "Montreal": "Montréal", "Havana": "La Havane", "Sao_Paulo": "São Paulo",
		"Guyana": "Georgetown", "Cairo": "Le Caire", "Algiers": "Alger", "Mogadishu": "Mogadiscio", "Ndjamena": "N’Djamena",
		"Addis_Ababa": "Addis-Abeba", "Jerusalem": "Jérusalem", "Beirut": "Beyrouth", "Damascus": "Damas", "Baghdad": "Bagdad", "Tehran": "Téhéran",
		"Riyadh": "Riyad", "Kuwait": "Koweït", "Dubai": "Dubaï", "Kolkata": "Calcutta", "Singapore": "Singapour",
		"Seoul": "Séoul", "Ho_Chi_Minh": "Hô-Chi-Minh-Ville", "Saigon": "Hô-Chi-Minh-Ville", "Manila": "Manille", "Kathmandu": "Katmandou", "Katmandu": "Katmandou",
		"Kabul": "Kaboul", "Tashkent": "Tachkent", "Yerevan": "Erevan", "Tbilisi": "Tbilissi", "Baku": "Bakou", "Mauritius": "l’île Maurice", "Comoro": "Moroni", "Mahe": "Mahé",
	},
}

var englishZones = zoneNames{
	inZone: "%s, %s", zone: "%s time (%s)", of: func(city string) string { return city },
	cities: map[string]string{
		"Reunion": "Réunion", "St_Barthelemy": "St. Barthélemy", "Miquelon": "St. Pierre and Miquelon", "Noumea": "Nouméa", "Kiev": "Kyiv", "Calcutta": "Kolkata", "Saigon": "Ho Chi Minh City",
		"Ho_Chi_Minh": "Ho Chi Minh City", "Katmandu": "Kathmandu", "Rangoon": "Yangon", "Sao_Paulo": "São Paulo", "Bogota": "Bogotá", "Asuncion": "Asunción", "Curacao": "Curaçao",
		"Busingen": "Büsingen", "Tirane": "Tirana", "Montreal": "Montréal", "Ndjamena": "N’Djamena", "Comoro": "Moroni", "Mahe": "Mahé", "Canary": "Canary Islands",
	},
}
