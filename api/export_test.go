package api

// Document is the OpenAPI document as YAML, for the file that is checked in.
func Document(o Options) (current, older []byte, err error) {
	s, err := newServer(o)
	if err != nil {
		return nil, nil, err
	}
	if current, err = s.doc.YAML(); err != nil {
		return nil, nil, err
	}
	old := *s.doc
	old.Webhooks = nil // 3.0 has no such part; what they get stays among the schemas
	older, err = old.DowngradeYAML()
	return current, older, err
}
