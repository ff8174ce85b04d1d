package findings

import (
	"runnertape/decode"
)

var (
	storageExpired = kind("storage_expired", Fault, "1.3.9")
	storageRefused = kind("storage_refused", Fault, "1.3.9")
	storageCut     = kind("storage_cut", Warning, "1.3.9")
	tokenAtStorage = kind("token_at_storage", Note, "1.1")
	cacheExpired   = kind("cache_expired", Warning, "4.6")
	cacheRefused   = kind("cache_refused", Warning, "4.6")
	cacheCut       = kind("cache_cut", Warning, "4.6")
)

// storageAnswered looks at what a storage says to a presigned request.
func storageAnswered(s *seen) {
	m, ok := isOf[*decode.ObjectStorageMessage](s)
	if !ok {
		return
	}
	switch late := s.x.Started.Sub(m.Expires); {
	case s.status >= 400 && s.status <= 403 && !m.Expires.IsZero() && late > 0:
		s.say(storageExpired, "storage %s answered %d%s: the signature was over since %s", quote(m.Host), s.status, because(m.Answer.ErrorText), span(late))
	case s.status >= 400 && s.status != 429:
		s.say(storageRefused, "storage %s answered %d%s", quote(m.Host), s.status, because(m.Answer.ErrorText))
	case m.Truncated:
		s.say(storageCut, "the answer of storage %s broke off after %s%s", quote(m.Host), count(m.BodyBytes, "byte"), s.failure())
	}
}

// cacheAnswered looks at what a storage says of a cache. No job fails for want of one, so that all
// of it is a warning; that there is none yet is nothing.
func cacheAnswered(s *seen) {
	m, ok := isOf[*decode.CacheMessage](s)
	if !ok || m.Missing() {
		return
	}
	switch late := s.x.Started.Sub(m.Expires); {
	case s.status == 403 && !m.Expires.IsZero() && late > 0:
		s.say(cacheExpired, "storage %s answered the %s of cache %s with 403%s: the signature was over since %s",
			quote(m.Host), m.Direction, quote(m.Key), because(m.Answer.ErrorText), span(late))
	case s.status >= 400:
		s.say(cacheRefused, "storage %s answered the %s of cache %s with %d%s", quote(m.Host), m.Direction, quote(m.Key), s.status, because(m.Answer.ErrorText))
	case s.status != 0 && m.Direction == decode.CacheDownload && m.Truncated:
		s.say(cacheCut, "cache %s of storage %s broke off after %s%s", quote(m.Key), quote(m.Host), count(m.BodyBytes, "byte"), s.failure())
	}
}

// tokenForwarded is Go's habit to pass on headers of one's own when it follows a
// redirect to another host.
func tokenForwarded(s *seen) {
	if s.endpoint == decode.ObjectStorage && s.x.Request.Header.Has("Job-Token") {
		s.say(tokenAtStorage, "Job-Token went along to storage %s, as Go's client does when it follows a redirect", quote(s.x.Host))
	}
}
