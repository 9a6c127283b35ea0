package store

// protected tells whom no software may close out, as far as protects knows: the last administrator of the platform.
func (t *tx) protected(personID string) (bool, error) {
	if t.store.protects == nil {
		return false, nil
	}
	return t.store.protects(t, personID)
}
