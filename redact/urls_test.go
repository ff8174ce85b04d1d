package redact

import (
	"strings"
	"testing"
)

func TestURLs(t *testing.T) {
	tests := map[string]string{ // text: secret in it
		"see https://user:p%40ss%2Fw0rd1@host/x":              "p%40ss%2Fw0rd1",
		"https://tok3n-of-user@host/":                         "tok3n-of-user",
		"http://u:pa;ss(1)wd@h":                               "pa;ss(1)wd",
		"https://h/x?a=b&sig=ab%2Bcd/ef12%3d":                 "ab%2Bcd/ef12%3d",
		"https://h/x?X-Amz-Credential=AKIA1234567%2F2026&x=1": "AKIA1234567%2F2026",
		"https://${USER}:${PASSWORD}@host1234/":               "",
		"ssh://deployment@host":                               "",
	}
	for text, secret := range tests {
		r := New(testKey)
		r.learnText(text)
		got := r.String(text)
		if secret == "" && got != text || secret != "" && (strings.Contains(got, secret) || len(got) != len(text)) {
			t.Errorf("%s became %s", text, got)
		}
		before, after, _ := strings.Cut(text, secret)
		if secret != "" && (!strings.HasPrefix(got, before) || !strings.HasSuffix(got, after)) {
			t.Errorf("%s became %s", text, got)
		}
		again := New(testKey)
		again.learnText(got)
		if twice := again.String(got); twice != got {
			t.Errorf("%s became %s, then %s", text, got, twice)
		}
	}
}
