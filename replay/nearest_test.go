package replay

import "testing"

func TestNearest(t *testing.T) {
	tape := NewTape("http://gitlab.example").Add(
		Take{Method: "GET", URL: "/api/v4/projects/1/jobs?page=1&per_page=20", Status: 200, Content: "[]"},
		Take{Method: "GET", URL: "/api/v4/projects/1/variables/KEY", Status: 200, Content: "{}"},
		Take{Method: "POST", URL: "/api/v4/projects/1/trigger?private_token=glpat-0123456789abcdefghij", Status: 201, Content: "{}"},
	)
	for asked, want := range map[string]string{
		"GET /api/v4/projects/1/jobs?page=2&per_page=20":                          "; exchange 1 is nearest: its query has page=1, and not 2",
		"GET /api/v4/projects/1/jobs":                                             "; exchange 1 is nearest: its query has page=1",
		"GET /api/v4/projects/1/jobs?page=1&per_page=20&scope=failed":             "; exchange 1 is nearest: its query has no scope",
		"GET /api/v4/projects/2/variables/KEY":                                    `; exchange 2 is nearest: its path has "1" where this has "2"`,
		"DELETE /api/v4/projects/1/variables/KEY":                                 "; exchange 2 is nearest: its method is GET",
		"GET /api/v4/projects/1/trigger?private_token=glpat-zzzzzzzzzzzzzzzzzzzz": "; exchange 3 is nearest: its method is POST",
		"GET /api/v4/version":                                                     "",
	} {
		r := start(t, tape, nil)
		l := parseLine(asked)
		r.ask(l.method, asked[len(l.method)+1:], "").want(t, 404)
		if got := r.Receipt().Misses[0].Reason; got != "no "+l.method+" of that address was recorded"+want {
			t.Errorf("%s: %s, want …%s", asked, got, want)
		}
	}
}
