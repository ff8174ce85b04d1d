package decode

import "runnertape"

// RouterDiscoveryMessage is "GET runners/router/discovery": where is the job
// router? Only with FF_USE_JOB_ROUTER, since 18.8. After a 200 the runner asks
// for jobs there, by gRPC, and no longer here (gitlab-runner router/client.go).
type RouterDiscoveryMessage struct {
	ServerURL string `json:"server_url,omitempty" since:"18.8"` // of the router: "wss://…", "grpcs://…". Since 18.8
	Answer    Answer `json:"answer"`                            // 200; 403; 501 if there is none

	Common
}

// Gist is like "job router at kas.example", or "job router → 501 …".
func (m *RouterDiscoveryMessage) Gist() string {
	if host := hostOf(m.ServerURL); m.Answer.Status == 200 && host != "" {
		return "job router at " + host
	}
	return "job router → " + outcome(m.Answer.Status, m.Answer.ErrorText)
}

func readRouterDiscovery(x *runnertape.Exchange, b Bodies, n *notes) Message {
	m := &RouterDiscoveryMessage{Answer: readAnswer(x, b, n)}
	if m.Answer.Status == 200 {
		var said struct {
			ServerURL string `json:"server_url"`
		}
		n.body("response", x.Response.Header, x.Response.Body, b.Response, &said)
		m.ServerURL = said.ServerURL
	}
	return m
}
