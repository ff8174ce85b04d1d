package runnertape_test

import (
	"testing"

	"runnertape"
)

func TestContentCoding(t *testing.T) {
	for value, want := range map[string]string{"": "", "identity": "", " Identity ": "", "GZIP": "gzip", "x-gzip": "gzip", "br": "br"} {
		h := runnertape.Header{{"content-encoding", value}}
		if got := h.ContentCoding(); got != want {
			t.Errorf("Content-Encoding %q: %q, want %q", value, got, want)
		}
	}
}
