package replay

import (
	"encoding/json"
	"strings"
	"testing"

	"runnertape"
)

func TestOther(t *testing.T) {
	ours := Take{Method: "GET", URL: "/api/v4/ours", Status: 502, Content: "bad gateway", Edit: func(x *runnertape.Exchange) { x.Response.Ours = true }}
	r := start(t, NewTape("http://gitlab.example").Add(
		Take{Method: "GET", URL: "/api/v4/projects/9/releases?page=1", Status: 200, Answer: []string{"Content-Type", jsonType, "Date", "then", "Connection", "close"}, Content: "[]"},
		Take{Method: "GET", URL: "/api/v4/projects/9/releases?page=1", Status: 200, Content: "[1]"},
		Take{Method: "POST", URL: "/api/v4/projects/9/releases", Body: "{}", Status: 302, Answer: []string{"Location", "http://gitlab.example/api/v4/projects/9"}},
		Take{Method: "GET", URL: "http://registry.example:5000/v2/", Status: 401, Content: "no"},
		Take{Method: "DELETE", URL: "/api/v4/thing", Status: 204},
		ours,
	), nil)
	for _, want := range []string{"[]", "[1]", "[1]"} {
		if a := r.ask("GET", "/prefix/api/v4/projects/9/releases?page=1", "").want(t, 200, "Date", "", "Connection", ""); a.body != want {
			t.Errorf("got %s, want %s", a.body, want)
		}
	}
	r.ask("POST", "/p/api/v4/projects/9/releases", "{}").want(t, 302, "Location", "http://127.0.0.1:8090/p/api/v4/projects/9")
	r.askAt("POST", "http://gitlab.example", "/api/v4/projects/9/releases", "{}").want(t, 302, "Location", "http://gitlab.example/api/v4/projects/9")
	r.askAt("GET", "http://registry.example:5000", "/v2/", "").want(t, 401)
	r.ask("DELETE", "/api/v4/thing", "").want(t, 204)
	if n := r.Receipt().Missed; n != 0 {
		t.Errorf("%d missed", n)
	}
	miss := r.ask("GET", "/api/v4/projects/9/releases", "").want(t, 404, "Content-Type", jsonType)
	if want := `{"message":"404 Not Found: no GET of that address was recorded; exchange 1 is nearest: its query has page=1"}`; miss.body != want {
		t.Errorf("got %s, want %s", miss.body, want)
	}
	r.ask("GET", "/api/v4/ours", "").want(t, 404)
	r.askAt("GET", "https://other.example", "/", "").want(t, 404)
	c := r.Receipt()
	if c.Missed != 3 || c.Misses[2].Reason != "nothing of other.example was recorded" {
		t.Errorf("misses %+v", c.Misses)
	}
}

// Many misses are counted, and few of them kept.
func TestManyMisses(t *testing.T) {
	r, err := New(job42(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for range maxMisses + 10 {
		r.ask("GET", "/nowhere?private_token=glpat-secret", "").want(t, 404)
	}
	c := r.Receipt()
	if c.Missed != maxMisses+10 || len(c.Misses) != maxMisses || c.Misses[0].Path != "/nowhere" {
		t.Errorf("%d missed, %d kept, %+v", c.Missed, len(c.Misses), c.Misses[0])
	}
}

// What a request makes up is shown and kept in part only, so that many such take no memory.
func TestLongMiss(t *testing.T) {
	r := start(t, job42(), nil)
	r.ask("GET", "/"+strings.Repeat("p", 1<<20)+"?"+strings.Repeat("q", 1<<20), "").want(t, 404)
	r.ask(strings.Repeat("M", 1<<20), "/x", "").want(t, 404)
	r.ask("POST", "/api/v4/jobs/request", "").want(t, 201)
	r.ask("PUT", "/api/v4/jobs/42", `{"state":"failed","failure_reason":"`+strings.Repeat("f", 1<<19)+`"}`).want(t, 200)
	c := r.Receipt()
	if text, err := json.Marshal(c); err != nil || len(text) > 16<<10 || c.Missed != 2 {
		t.Errorf("a receipt of %d bytes with %d misses: %v", len(text), c.Missed, err)
	}
}
