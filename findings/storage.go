package findings

import (
	"net/url"
	"strconv"
	"time"

	"runnertape/decode"
)

var (
	storageExpired = kind("storage_expired", Fault, "1.3.9")
	storageRefused = kind("storage_refused", Fault, "1.3.9")
	storageCut     = kind("storage_cut", Warning, "1.3.9")
	tokenAtStorage = kind("token_at_storage", Note, "1.1")
)

// storageAnswered looks at what a storage says to a presigned request.
func storageAnswered(s *seen) {
	m, ok := isOf[*decode.ObjectStorageMessage](s)
	if !ok {
		return
	}
	ends := expiry(s.x.Request.Query(), m.ExpiresSeconds)
	switch late := s.x.Started.Sub(ends); {
	case (s.status == 403 || s.status == 401 || s.status == 400) && !ends.IsZero() && late > 0:
		s.say(storageExpired, "storage %s answered %d%s: the signature was over since %s", quote(m.Host), s.status, because(m.Answer.ErrorText), span(late))
	case s.status >= 400 && s.status != 429:
		s.say(storageRefused, "storage %s answered %d%s", quote(m.Host), s.status, because(m.Answer.ErrorText))
	case m.Truncated:
		s.say(storageCut, "the answer of storage %s broke off after %s%s", quote(m.Host), count(m.BodyBytes, "byte"), s.failure())
	}
}

// expiry is when a signature ends, zero if its query does not say. S3 and
// Google's V4 say when it began, in ISO 8601's basic form; Google's V2 and the
// old one of S3 the end in Unix seconds; Azure the end in RFC 3339.
func expiry(query string, lasts int64) time.Time {
	q, err := url.ParseQuery(query)
	if err != nil {
		return time.Time{}
	}
	for _, name := range []string{"X-Amz-Date", "X-Goog-Date"} {
		if began, err := time.Parse("20060102T150405Z", q.Get(name)); err == nil && lasts > 0 && lasts < 1<<32 {
			return began.Add(time.Duration(lasts) * time.Second)
		}
	}
	if ends, err := time.Parse(time.RFC3339, q.Get("se")); err == nil {
		return ends
	}
	if seconds, err := strconv.ParseInt(q.Get("Expires"), 10, 64); err == nil && seconds > 0 {
		return time.Unix(seconds, 0)
	}
	return time.Time{}
}

// tokenForwarded is Go's habit to pass on headers of one's own when it follows a
// redirect to another host.
func tokenForwarded(s *seen) {
	if s.endpoint == decode.ObjectStorage && s.x.Request.Header.Has("Job-Token") {
		s.say(tokenAtStorage, "Job-Token went along to storage %s, as Go's client does when it follows a redirect", quote(s.x.Host))
	}
}
