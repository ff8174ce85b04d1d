package main

import (
	"os"
	"strings"
	"testing"

	"runnertape/fixtures/gitlab"
)

// stage is a GitLab with jobs, and a folder for a runner.
type stage struct {
	way    way
	bin    string
	dir    string
	server *gitlab.Server
	jobs   []int64

	shape *shape       // whose it is; nil for none
	late  <-chan int64 // jobs that came while a poll was held
}

// emptyStage is a stage without jobs, and the commit of its repository.
func emptyStage(t *testing.T, bin string, w way, config gitlab.Config) (s *stage, sha string) {
	t.Helper()
	s = &stage{way: w, bin: bin, dir: t.TempDir()}
	config.TLS, config.DirectDownload, config.TraceUpdateInterval = w.tls, true, 1
	config.GitRoot, sha = newRepo(t, s.dir)
	if w.names {
		scheme := "http"
		if w.tls {
			scheme = "https"
		}
		config.ExternalURL, config.StorageExternalURL = scheme+"://gitlab.test", scheme+"://storage.test"
		config.Hosts = []string{"gitlab.test", "storage.test"}
	}
	var err error
	s.server, err = gitlab.Start(config)
	mustDo(t, err)
	t.Cleanup(func() { s.server.Close() })
	return s, sha
}

// cleanEnv is an environment in which nothing but the test decides about
// proxies and certificates.
func cleanEnv(home string, extra ...string) []string {
	return append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "USER=test", "LANG=C.UTF-8", "GIT_CONFIG_NOSYSTEM=1"}, extra...)
}

// url, env and flags are what a runner needs to come by the stage's way to a proxy at address.
func (s *stage) url(address string) string {
	if s.way.names {
		return s.server.ExternalURL()
	}
	return "http://" + address
}

func (s *stage) env(address string) []string {
	if !s.way.names {
		return nil
	}
	return []string{"HTTP_PROXY=http://" + address, "HTTPS_PROXY=http://" + address, "http_proxy=http://" + address, "https_proxy=http://" + address}
}

func (s *stage) flags(caFile string) []string {
	if !s.way.tls {
		return nil
	}
	return []string{"--tls-ca-file", caFile}
}

func hostport(url string) string {
	_, rest, _ := strings.Cut(url, "://")
	host, _, _ := strings.Cut(rest, "/")
	return host
}
