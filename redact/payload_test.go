package redact

import (
	"encoding/base64"
	"encoding/json"
	"math/rand/v2"
	"strings"
)

// payload is a job with a secret wherever a payload has one.
type payload struct {
	body          []byte
	runner, job   string   // tokens
	dependency    string   // token of the job whose artifacts are wanted
	runnerPrefix  string   // what the runner shows of its token
	planted       []string // all secrets, and pieces that are only in larger ones
	printed       []string // what the job's log shows
	open          []string // values that must stay
	jwt, variable string   // two of planted, for the trace
	pieces        map[string]bool
}

type object = map[string]any

func randomJWT(rnd *rand.Rand) string {
	return "eyJ" + randomOf(rnd, alnum, 60) + ".eyJ" + randomOf(rnd, alnum+"-_", 300) + "." + randomOf(rnd, alnum+"-_", 171)
}

func newPayload(rnd *rand.Rand) *payload {
	p := &payload{pieces: map[string]bool{}, runner: "glrt-t1_" + randomOf(rnd, alnum, 20), job: "glcbt-64_" + randomOf(rnd, alnum, 20)}
	if rnd.IntN(2) == 0 {
		p.job = "glcbt-" + randomJWT(rnd)
	}
	p.runnerPrefix = p.runner[5:14]
	p.planted = append(p.planted, p.runner, p.job)
	secret := func(prefix string, letters string, n int) string {
		s := prefix + randomOf(rnd, letters, n)
		p.planted = append(p.planted, s)
		return s
	}
	piece := func(prefix string, letters string, n int) string {
		s := secret(prefix, letters, n)
		p.pieces[s] = true
		return s
	}
	p.dependency = secret("glcbt-64_", alnum, 20)
	p.jwt = piece("eyJhbGci", alnum, 40) + ".eyJ" + randomOf(rnd, alnum, 200) + "." + randomOf(rnd, alnum+"-_", 100)
	p.variable = piece("p4", punctual, 25) + "q5R"
	key := secret("", alnum+"+/", 64)
	pem := "-----BEGIN PRIVATE KEY-----\n" + key + "\n" + piece("", alnum+"+/", 20) + "=\n-----END PRIVATE KEY-----\n"
	login := base64.StdEncoding.EncodeToString([]byte("user:" + secret("", alnum, 20)))
	p.planted = append(p.planted, login)

	variable := func(key, value string, public, masked bool) object {
		return object{"key": key, "value": value, "public": public, "masked": masked}
	}
	public := func(key, value string) object {
		p.open = append(p.open, value)
		return variable(key, value, true, false)
	}
	hidden := func(key, value string) object { return variable(key, value, false, false) }
	repo := "https://gitlab-ci-token:" + p.job + "@gitlab.example.com/grp/proj-1234.git"
	vault := object{"server": object{"auth": object{"data": object{"jwt": secret("eyJ", alnum, 90), "role": "myrole-12345"}}}}
	p.open = append(p.open, "myrole-12345", "registry.example.com/grp/image-7:v1", "main-branch-1")
	body := object{
		"id": 1001, "token": p.job, "allow_git_fetch": true,
		"job_info":    object{"id": 1001, "name": "build", "stage": "test", "project_id": 12345678, "project_name": "proj-1234"},
		"git_info":    object{"repo_url": repo, "ref": "main-branch-1", "sha": "0123456789abcdef0123456789abcdef01234567", "refspecs": []any{}},
		"runner_info": object{"timeout": 600},
		"inputs": []any{
			object{"key": "one", "value": object{"type": "string", "content": secret("in", alnum, 20), "sensitive": true}},
			object{"key": "two", "value": object{"type": "array", "content": []any{secret("in", alnum, 20)}, "sensitive": true}},
			object{"key": "three", "value": object{"type": "string", "content": "stays-open-77", "sensitive": false}},
			object{"key": "four", "value": object{"type": "number", "content": json.Number("1" + piece("", "123456789", 14)), "sensitive": true}},
		},
		"variables": []any{
			variable("CI_JOB_TOKEN", p.job, false, true),
			hidden("CI_REPOSITORY_URL", repo),
			hidden("KUBECONFIG", "apiVersion: v1\nusers:\n- name: agent:1\n  user:\n    token: \"agent:1:"+p.job+"\"\n"),
			hidden("PLAIN", p.variable),
			variable("MASKED", piece("m7", alnum+"-.", 22)+"x", false, true),
			variable("ID_TOKEN", p.jwt, false, true),
			hidden("KEY", pem),
			hidden("DOCKER_AUTH_CONFIG", `{"auths":{"registry.example.com":{"auth":"`+login+`"}}}`),
			hidden("WEBHOOK", "https://hooks.example.com/services/"+secret("T0", alnum, 24)),
			hidden("DATABASE_URL", "postgres://app:"+secret("d9", alnum, 18)+"@db.example.com/app"),
			variable("TRIGGER_PAYLOAD", `{"ref":"x","variables":{"a":"`+piece("t8", alnum, 18)+`"}}`, false, false),
			public("CI_PROJECT_PATH", "grp/proj-1234"),
			public("CI_SERVER_URL", "https://gitlab.example.com"),
			hidden("SAME_AS_PUBLIC", "proj-1234"),
			hidden("IMAGE", "image-7:v1"),
			hidden("GIT_STRATEGY", "fetch"), hidden("DEPLOY_ENV", "production"), hidden("GIT_CLONE_PATH", "/builds/clone-path-1"),
			object{"key": "NULL", "value": nil, "public": false, "masked": false},
		},
		"steps": []any{object{"name": "script", "script": []any{
			"git clone https://oauth2:" + secret("", alnum, 20) + "@gitlab.example.com/x.git", "curl https://x:${TOKEN}@host/",
		}, "timeout": 600, "when": "on_success"}},
		"image": object{"name": "registry.example.com/grp/image-7:v1"},
		"services": []any{object{"name": "mysql:8", "variables": []any{
			hidden("MYSQL_ROOT_PASSWORD", secret("s3", alnum, 14)),
		}}},
		"credentials":  []any{object{"type": "registry", "url": "registry.example.com", "username": "gitlab-ci-token", "password": p.job}},
		"dependencies": []any{object{"id": 1000, "name": "before", "token": p.dependency, "artifacts_file": object{"filename": "a.zip", "size": 22}}},
		"secrets": object{
			"DB":  object{"vault": vault},
			"AZ":  object{"azure_key_vault": object{"server": object{"jwt": secret("eyJ", alnum, 90)}}},
			"OWN": object{"gitlab_secrets_manager": object{"server": object{"inline_auth": object{"jwt": secret("eyJ", alnum, 90)}}}},
		},
		"run":      `[{"name":"s","env":{"token":"` + secret("r6", alnum, 20) + `"}}]`,
		"features": object{"trace_sections": true},
	}
	p.body, _ = json.Marshal(body) // cannot fail
	p.planted = append(p.planted, p.variable)
	for _, s := range p.planted {
		if _, piece := p.pieces[s]; !piece {
			p.printed = append(p.printed, s)
		}
	}
	p.printed = append(p.printed, p.jwt, strings.ReplaceAll(pem, "\n", "\r\n"), "2026-01-01T00:00:00Z 01O "+strings.Split(pem, "\n")[2])
	p.open = append(p.open, "stays-open-77")
	return p
}
