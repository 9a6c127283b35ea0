package scim

// Limits that the configuration document tells.
const (
	// MaxResults is the longest page.
	MaxResults = 1000
	// MaxBulk is how many operations a bulk request has at most.
	MaxBulk        = 1000
	defaultResults = 100
)

func (s *Service) config() Document {
	yes, no := Document{"supported": true}, Document{"supported": false}
	return Document{
		"schemas": []string{configURN}, "documentationUri": s.documentation,
		"patch": yes, "sort": yes, "etag": yes, "changePassword": no,
		"bulk":   Document{"supported": true, "maxOperations": MaxBulk, "maxPayloadSize": MaxBody},
		"filter": Document{"supported": true, "maxResults": MaxResults},
		"authenticationSchemes": []any{Document{
			"type": "oauthbearertoken", "name": "OAuth 2.0", "primary": true, "specUri": "https://www.rfc-editor.org/rfc/rfc6750",
			"description": "An access token of a service account, by client credentials at /oauth/token.",
		}},
		"meta": Document{"resourceType": "ServiceProviderConfig", "location": s.base + "/ServiceProviderConfig"},
	}
}

func (s *Service) types() []any {
	list := []any{}
	for _, k := range []resourceKind{userKind, groupKind} {
		d := Document{
			"schemas": []string{typeURN}, "id": k.name, "name": k.name, "endpoint": k.endpoint, "description": k.about, "schema": k.urn,
			"meta": Document{"resourceType": "ResourceType", "location": s.base + "/ResourceTypes/" + k.name},
		}
		if k.extension != "" {
			d["schemaExtensions"] = []any{Document{"schema": k.extension, "required": false}}
		}
		list = append(list, d)
	}
	return list
}

func (s *Service) schemas() []any {
	document := func(urn, name, about string, attributes []attribute) Document {
		return Document{
			"schemas": []string{schemaURN}, "id": urn, "name": name, "description": about, "attributes": describe(attributes),
			"meta": Document{"resourceType": "Schema", "location": s.base + "/Schemas/" + urn},
		}
	}
	return []any{
		document(userURN, "User", userKind.about, userKind.own),
		document(groupURN, "Group", groupKind.about, groupKind.own),
		document(enterpriseURN, "EnterpriseUser", "What an organization says of somebody beside.", userKind.extended),
	}
}

// describe is attributes as RFC 7643 section 7 writes them.
func describe(attributes []attribute) []any {
	list := []any{}
	for _, a := range attributes {
		if a.name == "externalId" { // common to all resources and of no schema (RFC 7643 section 3.1)
			continue
		}
		kind, change, unique := a.kind, "readWrite", "none"
		if kind == "" {
			kind = "string"
		}
		if a.readOnly {
			change = "readOnly"
		}
		if a.unique {
			unique = "server"
		}
		d := Document{
			"name": a.name, "type": kind, "multiValued": a.multi, "description": a.about, "required": a.required, "caseExact": a.exact,
			"mutability": change, "returned": "default", "uniqueness": unique,
		}
		if len(a.words) > 0 {
			d["canonicalValues"] = a.words
		}
		if len(a.sub) > 0 {
			d["subAttributes"] = describe(a.sub)
		}
		if kind == "reference" {
			d["referenceTypes"] = []string{"User", "Group"}
		}
		list = append(list, d)
	}
	return list
}

// found answers one document of a list by its id.
func found(list []any, id string) (Response, error) {
	for _, item := range list {
		if d := item.(Document); d["id"] == id {
			return Response{Status: statusOK, Body: d}, nil
		}
	}
	return Response{}, notFound()
}
