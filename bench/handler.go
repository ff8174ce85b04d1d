package main

import (
	"io"
	"net/http"
	"strconv"
	"strings"
)

// handlerRole answers what a replay does with as little as net/http can do it with: it reads what came, looks where a
// patch ends, and knows nothing of jobs.
func handlerRole(_ setup, d *driver) error {
	ln, err := listen()
	if err != nil {
		return err
	}
	go (&http.Server{ErrorLog: silent, Handler: http.HandlerFunc(handlerAnswer)}).Serve(ln)
	return d.listening(ln.Addr().String())
}

func handlerAnswer(w http.ResponseWriter, req *http.Request) {
	n, err := io.Copy(io.Discard, req.Body)
	if err != nil {
		return
	}
	h := w.Header()
	switch {
	case strings.HasSuffix(req.URL.Path, "/jobs/request"):
		w.WriteHeader(http.StatusNoContent)
		return
	case req.Method == http.MethodPatch:
		_, last, _ := strings.Cut(req.Header.Get("Content-Range"), "-")
		end, err := number([]byte(last))
		if err != nil || n == 0 {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		held := heldRange(end + 1)
		h.Set("Job-Status", "running")
		h.Set("Range", held)
		h["X-GitLab-Trace-Update-Interval"] = []string{"3"}
		writeText(w, "text/plain", http.StatusAccepted, held)
	default:
		h.Set("Job-Status", "running")
		writeText(w, "text/plain", http.StatusOK, "200")
	}
}

func writeText(w http.ResponseWriter, kind string, status int, text string) {
	h := w.Header()
	h.Set("Content-Type", kind)
	h["Content-Length"] = []string{strconv.Itoa(len(text))}
	w.WriteHeader(status)
	io.WriteString(w, text)
}
