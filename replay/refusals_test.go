package replay

import "testing"

// Who was refused then is refused now, with the words of then; a token that nobody showed then is welcome.
func TestRefusals(t *testing.T) {
	verify := func(token string, status int, content string) Take {
		return Take{
			Method: "POST", URL: "/api/v4/runners/verify", Body: `{"token":"` + token + `"}`, Status: status,
			Answer: []string{"Content-Type", jsonType}, Content: content,
		}
	}
	const no, soon = "glrt-refused000000000000", "glrt-welcome-at-last0000"
	tape := NewTape("http://gitlab.example").Add(
		verify(no, 403, `{"message":"403 Forbidden"}`),
		verify(soon, 403, `{"message":"403 Forbidden"}`),
		verify(soon, 502, `bad gateway`),
		verify(soon, 429, `later`),
		verify(soon, 200, `{"id":7,"token":"`+soon+`"}`),
		Take{Method: "POST", URL: "/api/v4/runners", Body: `{"token":"old-registration-token"}`, Status: 410, Answer: []string{"Content-Type", jsonType}, Content: `{"message":"410 Gone - runner registration disallowed"}`},
		Take{Method: "DELETE", URL: "/api/v4/runners", Body: `{"token":"` + no + `"}`, Status: 403, Content: `{"message":"403 Forbidden"}`},
	)
	r := start(t, tape, nil)
	ask := func(method, path, token string, status int) said {
		t.Helper()
		return r.ask(method, "/api/v4/"+path, `{"token":"`+token+`"}`).want(t, status)
	}
	for range 2 {
		if a := ask("POST", "runners/verify", no, 403); a.body != `{"message":"403 Forbidden"}` {
			t.Error(a.body)
		}
	}
	ask("POST", "runners/verify", soon, 403)
	ask("POST", "runners/verify", soon, 200)
	ask("POST", "runners/verify", soon, 200)
	ask("POST", "runners/verify", "glrt-nobody-knows-me0000", 200)
	if a := ask("POST", "runners", "old-registration-token", 410); a.body != `{"message":"410 Gone - runner registration disallowed"}` {
		t.Error(a.body)
	}
	ask("POST", "runners", "another-registration-token", 201)
	ask("DELETE", "runners", no, 403)
	ask("DELETE", "runners", soon, 204)
	if n := r.Receipt().Missed; n != 0 {
		t.Errorf("%d missed", n)
	}
}
