package replay

import (
	"strings"
	"testing"
)

// What names GitLab in a payload leads to where its runner reached us; over a forward way nothing changes.
func TestPayloadLeadsHere(t *testing.T) {
	payload := strings.ReplaceAll(`{"id":42,"git_info":{"repo_url":"https://gitlab-ci-token:t@GITLAB/g/p.git"},"variables":[
{"key":"CI_SERVER_URL","value":"https://GITLAB"},{"key":"CI_SERVER_HOST","value":"GITLAB"},{"key":"CI_SERVER_PORT","value":"443"},{"key":"CI_SERVER_PROTOCOL","value":"https"},{"key":"CI_SERVER_FQDN","value":"GITLAB"},
{"key":"CI_API_V4_URL","value":"https://GITLAB/api/v4"},{"key":"CI_API_GRAPHQL_URL","value":"https://GITLAB:443/api/graphql"},{"key":"CI_PROJECT_URL","value":"https://GITLAB/g/p"},
{"key":"CI_REPOSITORY_URL","value":"https://gitlab-ci-token:t@GITLAB/g/p.git"},{"key":"CI_JOB_URL","value":"https://GITLAB/g/p/-/jobs/42"},{"key":"CI_PIPELINE_URL","value":"https:\/\/GITLAB\/g\/p\/-\/pipelines\/1"}],
"hooks":[{"name":"pre_get_sources_script","script":["curl https://GITLAB/x"]}]}`, "GITLAB", "gitlab.example")
	for _, base := range []string{"", "https://gitlab.example"} {
		r := start(t, NewTape("https://gitlab.example").Add(handOut(payload)), nil)
		got := r.askAt("POST", base, "/pre/api/v4/jobs/request", "{}").want(t, 201).body
		if base != "" {
			if got != payload {
				t.Errorf("over a forward way: %s", got)
			}
			continue
		}
		if strings.Contains(got, "gitlab.example") {
			t.Errorf("GitLab is named in %s", got)
		}
		for _, want := range []string{`"http://127.0.0.1:8090/pre"`, `t@127.0.0.1:8090/pre/g/p.git`, `http:\/\/127.0.0.1:8090\/pre\/g`, `"CI_SERVER_HOST","value":"127.0.0.1"`, `"CI_SERVER_PORT","value":"8090"`, `"CI_SERVER_PROTOCOL","value":"http"`, `"value":"127.0.0.1:8090"`} {
			if !strings.Contains(got, want) {
				t.Errorf("no %s in %s", want, got)
			}
		}
	}
}
