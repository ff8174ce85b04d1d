package main

// held is what idle polls cost.
type held struct {
	Polls     int     // at once
	PerPoll   float64 // anonymous memory of the process in between, in bytes
	Files     float64 // descriptors per poll
	FilesLeft int     // more than before, after all had gone
	Noticed   int64   // polls of which the upstream knew that the client had gone
}

// idle has polls held by the upstream, then has the client leave.
func (b *bench) idle(c *contender, w *workload) error {
	memory, files := rssAnon(c.pid), openFiles(c.pid)
	t := w.task(c.standing, c.site, 0, b.nextJobs())
	if _, err := b.ask(c, &t); err != nil || c.row.Wrong != "" {
		return err
	}
	var polls int64
	if err := b.upstream.ask(heldQuestion{int64(w.conns)}, &polls); err != nil {
		return err
	}
	settle(c.pid)
	if polls != int64(w.conns) {
		c.row.Wrong = "not all polls arrived"
		return nil
	}
	h := &held{
		Polls: w.conns, PerPoll: float64(rssAnon(c.pid)-memory) / float64(w.conns),
		Files: float64(openFiles(c.pid)-files) / float64(w.conns),
	}
	t.Kind = drop
	if _, err := b.ask(c, &t); err != nil {
		return err
	}
	var left int64
	if err := b.upstream.ask(heldQuestion{0}, &left); err != nil {
		return err
	}
	h.Noticed = polls - left
	until(patience, func() bool { return openFiles(c.pid) <= files })
	h.FilesLeft = max(0, openFiles(c.pid)-files)
	c.row.Held = h
	return nil
}
