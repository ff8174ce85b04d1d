package replay

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"runnertape"
)

// Capture is a server that passes everything on to the tape's upstream and
// keeps it, whole bodies in memory: what a recorder does, without its care.
func Capture(t *testing.T, tape *Tape) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		tape.pass(w, req, tape.upstream)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// CaptureForward is the same as a forward proxy.
func CaptureForward(t *testing.T, tape *Tape) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		tape.pass(w, req, req.URL.Scheme+"://"+req.URL.Host)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func (t *Tape) pass(w http.ResponseWriter, req *http.Request, to string) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	out, err := http.NewRequest(req.Method, to+req.URL.RequestURI(), bytes.NewReader(body))
	if err != nil {
		panic(err)
	}
	out.Header = req.Header.Clone()
	transport := &http.Transport{DisableCompression: true}
	defer transport.CloseIdleConnections()
	resp, err := transport.RoundTrip(out)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	content, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	t.Add(Take{
		Method: req.Method, URL: to + req.URL.RequestURI(), Header: pairs(req.Header), Body: string(body),
		Status: resp.StatusCode, Answer: pairs(resp.Header), Content: string(content),
	})
	for name, values := range resp.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(resp.StatusCode)
	w.Write(content)
}

func pairs(h http.Header) []string {
	var list []string
	for _, f := range runnertape.HeaderOf(h) {
		list = append(list, f.Name, f.Value)
	}
	return list
}
