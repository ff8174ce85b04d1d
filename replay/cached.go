package replay

import (
	"errors"
	"io"
	"net/http"
	"time"

	"runnertape/received"
	"runnertape/redact"
)

// cached is what a runner has put into a storage, as of a cache, in this replay.
type cached struct {
	content *received.Content
	at      time.Time
}

// isCache tells whether a request is for an object of a storage by a presigned address, as those of caches are: not of
// GitLab, and of a host that was recorded.
//
// gitlab-runner commands/helpers/cache_archiver.go, cache_extractor.go
func (r *Replayer) isCache(req *http.Request) bool {
	query := "?" + req.URL.RawQuery
	return req.URL.Host != "" && redact.Anonymous(query) != query && r.index.knownHost(req.URL.Scheme, req.URL.Host)
}

// cacheKey is where an object is, whoever signed for it.
func cacheKey(req *http.Request) string {
	return hostPort(req.URL.Scheme, req.URL.Host) + req.URL.EscapedPath()
}

// putCache takes what a runner puts into a storage. It is kept for who asks for it later.
func (r *Replayer) putCache(w http.ResponseWriter, req *http.Request) outcome {
	content, err := r.received.Begin()
	from := &reading{Reader: r.body(w, req)}
	if err == nil {
		err = r.fill(content, from, req)
	}
	io.Copy(io.Discard, from)
	if from.err != nil { // broken off: a storage never has it
		if content != nil {
			content.Drop()
		}
		return r.give(w, req, 0, unread(from.err))
	}
	if err == nil {
		err = content.Keep("cache " + r.path(req))
	}
	if err != nil {
		if content != nil {
			content.Drop()
		}
		if errors.Is(err, errBlocks) {
			return r.give(w, req, 0, unread(err))
		}
		r.sayKeepless(err)
		return reply{status: http.StatusInternalServerError}.write(w)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.caches[putTo(req)] = &cached{content, r.now()}
	w.Header().Set("ETag", content.ETag())
	return reply{status: putStatus(req)}.write(w)
}

// getCache gives what a runner has put there in this replay; ok is false if none has.
func (r *Replayer) getCache(w http.ResponseWriter, req *http.Request) (o outcome, ok bool) {
	r.mu.Lock()
	c := r.caches[cacheKey(req)]
	r.mu.Unlock()
	if c == nil {
		return 0, false
	}
	content, err := seek(c.content.Open, c.content.Bytes())
	if err != nil {
		return r.broken(w, req, err), true
	}
	defer content.Close()
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("ETag", c.content.ETag())
	h.Set("Last-Modified", c.at.UTC().Format(http.TimeFormat))
	ranging(w, req, content, false)
	if content.err != nil {
		r.log.Error("read what was put into a cache", "err", content.err)
		panic(http.ErrAbortHandler)
	}
	return synthesised, true
}
