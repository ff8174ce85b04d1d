package replay

import (
	"fmt"
	"mime"
	"net/http"

	"runnertape"
)

// archiveOf is the archive that a job has uploaded in this replay; nil if none was.
func (r *Replayer) archiveOf(id int64) *sent {
	j := r.index.job(id)
	if j == nil {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.uploaded("archive")
}

// header is that of a recorded answer with the archive.
func (d *download) header() runnertape.Header {
	if d == nil || d.whole == nil {
		return nil
	}
	return d.whole.header
}

// giveArchive gives what a job has uploaded in this replay, under the header that was recorded, as far as that holds for
// any archive.
func (r *Replayer) giveArchive(w http.ResponseWriter, req *http.Request, producer int64, made *sent, like runnertape.Header, several bool) outcome {
	content, err := seek(made.content.Open, made.Bytes)
	if err != nil {
		return r.broken(w, req, fmt.Errorf("open what job %d uploaded: %w", producer, err))
	}
	defer content.Close()
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": made.Filename}))
	for _, name := range []string{"Content-Type", "Content-Disposition"} {
		if value := like.Get(name); value != "" {
			h.Set(name, value)
		}
	}
	h.Set("ETag", `"`+made.SHA256[:32]+`"`)
	h.Set("Last-Modified", made.at.UTC().Format(http.TimeFormat))
	r.debug(req, "answered with what was uploaded in this replay", "job", producer, "sha256", made.SHA256)
	ranging(w, req, content, several)
	if content.err != nil {
		r.log.Error("read what was uploaded", "job", producer, "err", content.err)
		panic(http.ErrAbortHandler)
	}
	return synthesised
}
