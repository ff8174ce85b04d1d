package proxy

// sayUnread tells of the first host that passes unread: it may be the GitLab that is to be recorded, by another name than the
// upstream's.
func (rec *Recorder) sayUnread(address string) {
	rec.unread.Do(func() {
		rec.config.Logger.Info("a host that is neither the upstream nor one of --intercept passes unread; what else does is said at the end", "host", address)
	})
}
