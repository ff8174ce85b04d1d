package replay

import (
	"strings"
	"testing"
)

func TestRunnerCalls(t *testing.T) {
	recorded := NewTape("http://gitlab.example").Add(
		Take{
			Method: "POST", URL: "/api/v4/runners", Body: `{"token":"reg"}`, Status: 201,
			Answer: []string{"Content-Type", jsonType}, Content: `{"id":7,"token":"glrt-registered000000000","token_expires_at":"2020-01-01T00:00:00Z"}`,
		},
		Take{
			Method: "POST", URL: "/api/v4/runners/reset_authentication_token", Body: `{"token":"glrt-registered000000000"}`, Status: 201,
			Answer: []string{"Content-Type", jsonType}, Content: `{"token":"glrt-reset00000000000000","token_expires_at":"2020-01-01T00:00:00Z"}`,
		},
	)
	for _, c := range []struct {
		name                       string
		tape                       *Tape
		method, path, body, header string
		status                     int
		want                       string
	}{
		{"verify", recorded, "POST", "runners/verify", `{"token":"glrt-x"}`, "", 200, `{"id":7,"token":"glrt-x","token_expires_at":null}`},
		{"verify, nothing recorded", job42(), "POST", "runners/verify", `{"token":"glrt-x"}`, "", 200, `{"id":1,"token":"glrt-x","token_expires_at":null}`},
		{"verify, by header", job42(), "POST", "runners/verify", ``, "glrt-h", 200, `{"id":1,"token":"glrt-h","token_expires_at":null}`},
		{"register", recorded, "POST", "runners", `{"token":"other"}`, "", 201, `{"id":7,"token":"glrt-registered000000000","token_expires_at":null}`},
		{"register, nothing recorded", job42(), "POST", "runners", `{"token":"other"}`, "", 201, `{"id":1,"token":"glrt-`},
		{"reset", recorded, "POST", "runners/reset_authentication_token", `{"token":"glrt-x"}`, "", 201, `{"token":"glrt-reset00000000000000","token_expires_at":null}`},
		{"reset, nothing recorded", job42(), "POST", "runners/reset_authentication_token", `{"token":"glrt-x"}`, "", 201, `{"token":"glrt-x","token_expires_at":null}`},
		{"reset by number", job42(), "POST", "runners/7/reset_authentication_token", `null`, "glpat-mine", 201, `{"token":"glrt-`},
		{"unregister", job42(), "DELETE", "runners", `{"token":"glrt-x"}`, "", 204, ``},
		{"unregister manager", job42(), "DELETE", "runners/managers", `{"token":"glrt-x","system_id":"s_1"}`, "", 204, ``},
		{"discovery", job42(), "GET", "runners/router/discovery", ``, "", 501, `{"message":"Job Router is not available. Please contact your administrator."}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := start(t, c.tape, nil)
			a := r.ask(c.method, "/api/v4/"+c.path, c.body, "Private-Token", c.header).want(t, c.status)
			if !strings.HasPrefix(a.body, c.want) {
				t.Errorf("got %s, want %s", a.body, c.want)
			}
			if c.want != "" && a.header.Get("Content-Type") != "application/json" {
				t.Errorf("content type %q", a.header.Get("Content-Type"))
			}
			if strings.Contains(a.body, "glpat-") || strings.Contains(a.body, `glrt-"`) {
				t.Errorf("got %s", a.body)
			}
		})
	}
}
