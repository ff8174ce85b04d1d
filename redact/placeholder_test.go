package redact

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"testing"
)

// What is sent as a password is one, whatever it looks like, unless a script did not fill it in.
func TestSentPassword(t *testing.T) {
	for _, password := range []string{".Pp8h_Euaa8SK0f", "FKVbn($|}g8VxlB", "$Kq8+hEuaa8SK", "%Kq8hEuaa8SK", "*Kq8h**Euaa8", "<Kq8hEuaa8>", "[Kq8hEuaa8", "my-Kq8hEuaa8", "Kq8h...Euaa8"} {
		body := "grant_type=password&username=me&password=" + url.QueryEscape(password)
		var p part
		p.form, p.plain = true, []byte(body)
		r := New(testKey)
		r.learnQuery(body, isUnset)
		if got := string(p.redacted(r)); strings.Contains(got, url.QueryEscape(password)) || strings.Contains(r.String("it is "+password), password) {
			t.Errorf("%q stays: %s", password, got)
		}
	}
	for _, reference := range []string{"$API_PASSWORD1", "${API_PASSWORD1}", "%API_PASSWORD1%", "%ADD_PASSWORD1%", "[MASKED]", "********"} {
		r := New(testKey)
		if r.learnQuery("password="+reference, isUnset) || r.learnText("https://example.com/?token="+reference) {
			t.Errorf("%q is none", reference)
		}
	}
}

// Base64 in JSON may have escaped slashes: JSON has no other character in two bytes.
func TestEscapedSlash(t *testing.T) {
	for i := range 50 {
		r := New([]byte{byte(i)})
		login := base64.StdEncoding.EncodeToString([]byte("me:pass??ok?pass+12345"))
		r.String("Authorization: Basic " + login)
		body := `{"log":"it is ` + strings.ReplaceAll(login, "/", `\/`) + `"}`
		if got := r.redactJSON([]byte(body), len(body)); !json.Valid(got) || string(got) == body || !strings.Contains(body, `\/`) {
			t.Errorf("%s became %s", body, got)
		}
	}
}
