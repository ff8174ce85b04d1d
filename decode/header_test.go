package decode

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"

	"runnertape"
)

func TestParseContentRange(t *testing.T) {
	tests := []struct {
		s          string
		start, end int64
		ok         bool
	}{
		{"0-887", 0, 887, true},
		{"888-894", 888, 894, true},
		{"0-4/5", 0, 4, true},
		{" 5-9", 5, 9, true},
		{"7-", 7, 7, true},
		{"7", 7, 7, true},
		{"0--1", 0, 0, true},
		{"5-3", 5, 3, true},
		{"5-99999999999999999999", 5, 5, true},
		{"", 0, 0, false},
		{"-5", 0, 0, false},
		{"bytes 0-4/5", 0, 0, false},
		{"99999999999999999999-1", 0, 0, false},
	}
	for _, tt := range tests {
		start, end, ok := ParseContentRange(tt.s)
		if start != tt.start || end != tt.end || ok != tt.ok {
			t.Errorf("ParseContentRange(%q) = %d, %d, %t, want %d, %d, %t", tt.s, start, end, ok, tt.start, tt.end, tt.ok)
		}
	}
}

func TestParseRange(t *testing.T) {
	tests := []struct {
		s    string
		size int64
		ok   bool
	}{
		{"0-850", 850, true},
		{"0-0", 0, true},
		{"0-", 0, false},
		{"850", 0, false},
		{"0-1-2", 0, false},
		{"0--1", 0, false},
		{"bytes 0-4/5", 0, false},
		{"0-9223372036854775808", 0, false},
		{"", 0, false},
	}
	for _, tt := range tests {
		if size, ok := ParseRange(tt.s); size != tt.size || ok != tt.ok {
			t.Errorf("ParseRange(%q) = %d, %t, want %d, %t", tt.s, size, ok, tt.size, tt.ok)
		}
	}
}

func TestPlain(t *testing.T) {
	text := strings.Repeat("text ", 1000)
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	_, _ = zip.Write([]byte(text)) // a Buffer takes everything
	_ = zip.Close()
	tests := []struct {
		name, coding string
		body         []byte
		limit        int64
		want         string
		wantErr      string
	}{
		{"as it is", "", []byte(text), 5000, text, ""},
		{"too long", "", []byte(text), 4, "text", "longer than 4"},
		{"gzip", "GZIP", packed.Bytes(), 5000, text, ""},
		{"gzip too long", "gzip", packed.Bytes(), 9, "text text", "longer than 9"},
		{"gzip cut", "gzip", packed.Bytes()[:packed.Len()-4], 5000, text, "unexpected EOF"},
		{"gzip not", "gzip", []byte("no"), 5000, "", "unpack body"},
		{"gzip empty", "gzip", nil, 5000, "", ""},
		{"brotli", "br", []byte("x"), 5000, "x", `"br"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Plain(runnertape.Header{{Name: "content-encoding", Value: tt.coding}}, tt.body, tt.limit)
			if string(got) != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if (err == nil) != (tt.wantErr == "") || err != nil && !strings.Contains(err.Error(), tt.wantErr) {
				t.Errorf("error %v, want %q", err, tt.wantErr)
			}
		})
	}
}

func TestIsBesideProtocol(t *testing.T) {
	for name, want := range map[string]bool{
		"Server": false, "X-Runtime": true, "cf-ray": true, "Date": true,
		"Job-Status": false, "x-gitlab-last-update": false, "Runner-Token": false, "X-Gitlab-Telepathy": false,
	} {
		if got := IsBesideProtocol(name); got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}
