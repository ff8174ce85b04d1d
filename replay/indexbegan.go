package replay

// readBegan finds out when the first exchange was.
func (ix *index) readBegan() error {
	for e, err := range ix.src.Entries(0, ^uint64(0)) {
		if err != nil {
			return err
		}
		x, err := ix.src.Exchange(e.ID)
		if err == nil {
			ix.began = x.Started
		}
		return err
	}
	return nil
}
