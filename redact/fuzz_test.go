package redact

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
)

// fuzzSecrets overlap, repeat themselves, and have what escapes are made of.
var fuzzSecrets = []string{
	"abcabcabcdef", "cdefghij1234", "ghij1234", "1234\"\\\n<&>abcd", "a b+c/d=e%fgh", token,
	"-----BEGIN KEY-----\nabcdefgh1234\nijkl5678\n-----END KEY-----\n",
}

func FuzzStream(f *testing.F) {
	rnd := newRandom(1)
	for range 20 {
		f.Add([]byte(randomText(rnd, fuzzSecrets)), []byte{1, 2, 3, 200})
	}
	for way := range wayURL64 {
		text := base64.StdEncoding.EncodeToString([]byte("xx"[:way] + "abcabcabcdefghij1234\"\\\n<&>abcd:"))
		f.Add([]byte(text+text[way:]+"GR1348941"+text), []byte{1, 9})
	}
	f.Add([]byte("Authorization: eyJhbGciOiJub25lIn0.e30.abc password=a1B2c3D4e5F6 https://u:p4ssW0rd@h/"), []byte{3})
	f.Add([]byte("gGlrt-glrt-aaaaaaaaaaaaaaaabbbbcabcabcabcdefghij1234"), []byte{0})
	f.Fuzz(func(t *testing.T, text, cuts []byte) {
		whole := knowing(testKey, fuzzSecrets).Bytes(bytes.Clone(text))
		if len(whole) != len(text) {
			t.Fatalf("%q became %q", text, whole)
		}
		if want := straight(knowing(testKey, fuzzSecrets), text); !bytes.Equal(whole, want) {
			t.Fatalf("%q became\n%q, want\n%q", text, whole, want)
		}
		var out []byte
		s := knowing(testKey, fuzzSecrets).NewStream()
		for i, rest := 0, text; len(rest) > 0; i++ {
			n := len(rest)
			if len(cuts) > 0 {
				n = min(n, 1+int(cuts[i%len(cuts)]))
			}
			out = append(out, s.Write(rest[:n])...)
			rest = rest[n:]
			if held := len(s.text.now) - s.done; held > maxCue {
				t.Fatalf("%d bytes are held back", held)
			}
		}
		if out = append(out, s.End()...); !bytes.Equal(out, whole) {
			t.Fatalf("%q in one piece became\n%q, in pieces\n%q", text, whole, out)
		}
		for _, secret := range fuzzSecrets { // a stand-in and its neighbours may make one anew
			for i := range text {
				if secret := []byte(strings.TrimSpace(secret)); bytes.HasPrefix(text[i:], secret) && bytes.HasPrefix(whole[i:], secret) {
					t.Fatalf("%q is left in %q", secret, whole)
				}
			}
		}
	})
}

// FuzzBase64 holds that a secret in a text that is encoded as a whole becomes its stand-in, and nothing else.
func FuzzBase64(f *testing.F) {
	f.Add([]byte("user:"), "a b+c/d=e%fgh", []byte("\n"))
	f.Add([]byte("\xff\xfe"), "ghij1234\xe4", []byte{0x80})
	f.Add([]byte{}, "~?>abcdef12~", []byte("~?>"))
	f.Fuzz(func(t *testing.T, before []byte, secret string, behind []byte) {
		r := New(testKey)
		s := r.known(secret)
		if s == nil || s.value != secret {
			t.Skip()
		}
		plain := string(before) + secret + string(behind)
		inner := secret[1 : len(secret)-1] // of its neighbours there may be a few bits in what is looked for
		if strings.LastIndex(plain, inner) != len(before)+1 || strings.Index(plain, inner) != len(before)+1 {
			t.Skip()
		}
		encoded := base64.StdEncoding.EncodeToString([]byte(plain))
		got := r.String(encoded)
		decoded, err := base64.StdEncoding.DecodeString(got)
		if want := string(before) + s.standIn + string(behind); err != nil || string(decoded) != want {
			t.Fatalf("%q became %q, want %q (%v)", plain, decoded, want, err)
		}
		if again := r.String(got); again != got {
			t.Fatalf("%q became %q, then %q", encoded, got, again)
		}
	})
}

func FuzzLearnJSON(f *testing.F) {
	f.Add([]byte(`{"token":"abcdefgh1234","variables":[{"key":"K","value":"v1\u0041\ud83d\ude00zzzzz","public":false}]}`))
	f.Add([]byte(`{"value":{"sensitive":true,"content":[123456789012,{"a":"bcdefghij1"}]},"run":"[{\"token\":\"abc123def456\"}]"}`))
	f.Add([]byte(`["\ud800\"\\\/\b","https://a:b1234567\\@c?sig=%41%zz"] x`))
	f.Add(newPayload(newRandom(1)).body)
	f.Fuzz(func(t *testing.T, body []byte) {
		r := knowing(testKey, fuzzSecrets)
		isJSON := r.LearnJSON(body)
		if json.Valid(body) && !isJSON {
			t.Fatalf("%q is JSON", body)
		}
		got := r.redactJSON(bytes.Clone(body), firstValue(body))
		if len(got) != len(body) || json.Valid(body) && !json.Valid(got) {
			t.Fatalf("%q became %q", body, got)
		}
	})
}

// FuzzJSON holds that a string of JSON, however it is spelled, decodes to the
// stand-in of what it decoded to.
func FuzzJSON(f *testing.F) {
	f.Add([]byte(`"abcabcabcdef \u0031234\"\\\n\u003c\u0026>abcd"`))
	f.Add([]byte(`"\u0067lcbt-64_abcdef\u0047HIJ\u0030123456789\ud83d\ude00"`))
	f.Add([]byte(`"a b+c\/d=e%f\u0067h\u00e9\ud800 -----BEGIN KEY-----\nabcdefgh1234\nijkl5678"`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var before, after string
		if json.Unmarshal(body, &before) != nil || !bytes.HasPrefix(bytes.TrimSpace(body), []byte(`"`)) {
			t.Skip()
		}
		r := knowing(testKey, fuzzSecrets)
		got := r.redactJSON(bytes.Clone(body), firstValue(body))
		if err := json.Unmarshal(got, &after); err != nil {
			t.Fatalf("%q became %q: %v", body, got, err)
		}
		if want := r.String(before); after != want {
			t.Fatalf("%q became %q, want %q", before, after, want)
		}
		if again := r.redactJSON(bytes.Clone(got), firstValue(got)); !bytes.Equal(again, got) {
			t.Fatalf("%q became %q, then %q", body, got, again)
		}
	})
}
