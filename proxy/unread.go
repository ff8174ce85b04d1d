package proxy

// sayUnread tells of the first host that passes unread: it may be the GitLab that is to be recorded, by another name than the
// upstream's. Nothing waits for who reads that.
func (rec *Recorder) sayUnread(address string) {
	if rec.unread.Swap(true) {
		return
	}
	rec.pairs.served.Go(func() { // ends before serving does
		rec.config.Logger.Info("a host that is neither the upstream nor one of --intercept passes unread; what else does is said at the end", "host", address)
	})
}
