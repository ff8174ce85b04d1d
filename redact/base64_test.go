package redact

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"runnertape"
	"runnertape/decode"
)

// What is encoded as a whole decodes to the same text with stand-ins, whatever is around the secrets.
func TestBase64(t *testing.T) {
	for seed := range uint64(often(200)) {
		rnd := newRandom(seed)
		secrets := randomSecrets(rnd)
		r := knowing(testKey, secrets)
		var b strings.Builder
		for range 1 + rnd.IntN(4) {
			for range rnd.IntN(5) {
				b.WriteByte(" \x00\x80\xff:>?~-\n"[rnd.IntN(10)])
			}
			b.WriteString(strings.TrimSpace(secrets[rnd.IntN(len(secrets))]))
			b.WriteString([]string{"", "", " ", ":", "\xff", "\xf0\x9f\x98\x80"}[rnd.IntN(6)])
		}
		plain := b.String()
		for i, coding := range codings {
			encoded := coding.EncodeToString([]byte(plain))
			if i >= 2 && !isASCII(plain) { // the alphabet cannot always be told
				continue
			}
			got := r.String(encoded)
			decoded, err := coding.DecodeString(got)
			if want := r.String(plain); err != nil || string(decoded) != want {
				t.Fatalf("seed %d: base64 of %q became that of\n%q, want\n%q (%v)", seed, plain, decoded, want, err)
			}
			for _, longest := range []int{1, 5, 60} {
				if cut := inPieces(knowing(testKey, secrets), rnd, encoded, longest); cut != got {
					t.Fatalf("seed %d: %q in pieces became %q", seed, got, cut)
				}
			}
			if again := r.String(got); again != got {
				t.Fatalf("seed %d: %q became %q, then %q", seed, encoded, got, again)
			}
		}
	}
}

func isASCII(s string) bool { return strings.IndexFunc(s, func(c rune) bool { return c >= 128 }) < 0 }

// The login of a registry is still one.
func TestBase64Login(t *testing.T) {
	const password = "hunter2-is-no-Password1"
	r := knowing(testKey, []string{password})
	text := `{"auths":{"registry.example.com":{"auth":"` + base64.StdEncoding.EncodeToString([]byte("user:"+password)) + `"}}}`
	want := strings.Replace(text, base64.StdEncoding.EncodeToString([]byte("user:"+password)),
		base64.StdEncoding.EncodeToString([]byte("user:"+r.StandIn(password))), 1)
	if got := r.String(text); got != want {
		t.Errorf("%s became %s, want %s", text, got, want)
	}
}

// A secret in base64 that is learned from what comes has its last bits replaced too, wherever the text was cut.
func TestEdgeOfWhatIsReopened(t *testing.T) {
	const text = "> Authorization: Basic bWU6RktHakRPb0k0VkFXSVFoYVpLT1cxdnB0Wg=='who of 100% main.go runs it"
	want := New(testKey).String(text)
	for n := range len(text) {
		k := newKeeping(t)
		s := NewSink(k, New(testKey), decode.NewDecoder(), nil)
		x := &runnertape.Exchange{ID: 1, State: runnertape.InFlight, Request: runnertape.Request{
			Method: "PATCH", Target: "/api/v4/jobs/7/trace", Header: fields([]string{"Content-Type", "text/plain", "Content-Range", fmt.Sprintf("0-%d", len(text)-1)}),
		}}
		done := again(x)
		done.State, done.Request.Body.Bytes = runnertape.Done, int64(len(text))
		for _, err := range []error{
			s.Put(x), s.Write(1, runnertape.RequestSide, []byte(text[:n])), s.Write(1, runnertape.RequestSide, []byte(text[n:])), s.Put(done),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		if got := string(k.body(1, runnertape.RequestSide)); got != want {
			t.Errorf("cut at %d: %q, want %q", n, got, want)
		}
	}
}

// Secrets that differ in their first or last bits only are told from each other in base64.
func TestBase64OfAlike(t *testing.T) {
	secrets := []string{"Kq8hEuaa8SKx1", "Kq8hEuaa8SKx2", "Kq8hEuaa8SKx3", "Lq8hEuaa8SKx1", "Hq8hEuaa8SKx2"}
	r := New(testKey)
	for _, s := range secrets {
		r.Learn(s)
	}
	for before := range 3 {
		for _, s := range secrets {
			login := "builder"[:3+before] + ":"
			was := base64.StdEncoding.EncodeToString([]byte(login + s))
			want := base64.StdEncoding.EncodeToString([]byte(login + r.StandIn(s)))
			if got := r.String("it is " + was + " here"); got != "it is "+want+" here" {
				t.Errorf("%s%s: %s became %s, want %s", login, s, was, got, want)
			}
		}
	}
}
