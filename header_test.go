package runnertape_test

import (
	"testing"

	"runnertape"
)

func TestContentCoding(t *testing.T) {
	for value, want := range map[string]string{"": "", "identity": "", " Identity ": "", "GZIP": "gzip", "x-gzip": "gzip", "br": "br", "gzip, identity": "gzip", "identity,x-gzip,": "gzip", "gzip,BR": "gzip, br"} {
		h := runnertape.Header{{"content-encoding", value}}
		if got := h.ContentCoding(); got != want {
			t.Errorf("Content-Encoding %q: %q, want %q", value, got, want)
		}
	}
	several := runnertape.Header{{"Content-Encoding", "identity"}, {"Content-Type", "text/plain"}, {"content-encoding", "gzip"}}
	if got := several.ContentCoding(); got != "gzip" {
		t.Errorf("in several fields: %q, want gzip", got)
	}
}
