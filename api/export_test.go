package api

// Document is the OpenAPI document as YAML, for the file that is checked in.
func Document(o Options) ([]byte, error) {
	s, err := newServer(o)
	if err != nil {
		return nil, err
	}
	return s.doc.YAML()
}
