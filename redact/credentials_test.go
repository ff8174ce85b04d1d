package redact

import (
	"encoding/base64"
	"testing"
)

func TestBasic(t *testing.T) {
	encode := func(s string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(s)) }
	token := "glcbt-64_abcdefGHIJ0123456789"
	r := knowing(testKey, []string{token})
	standIn := r.StandIn(token)
	for in, want := range map[string]string{
		encode("gitlab-ci-token:" + token): encode("gitlab-ci-token:" + standIn),
		encode("gitlab-ci-token:short"):    encode("gitlab-ci-token:short"), // as in the payload
		encode("admin:pw1"):                encode("admin:xx7"),
		encode(token + ":"):                encode(standIn + ":"),
		encode(token + ":x-oauth-basic"):   encode(standIn + ":x-oauth-basic"),
		"Bearer " + token:                  "Bearer " + standIn,
		"bearer  " + token:                 "bearer  " + standIn,
		token:                              standIn,
		"Basic !":                          "Basic !",
	} {
		if got := r.credentials(in); got != want {
			t.Errorf("%s became %s, want %s", in, got, want)
		}
		if got := r.credentials(want); got != want {
			t.Errorf("%s again became %s", want, got)
		}
	}
}
