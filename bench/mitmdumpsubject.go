package main

import (
	"context"
	"os"
	"os/exec"
)

// startMitmdump is the other recorder that people have, where it is installed. It is not
// asked whether its recording is complete: its format is its own.
func startMitmdump(ctx context.Context, s *site) (*standing, error) {
	flows := s.file("flows")
	cmd := exec.CommandContext(ctx, "mitmdump", "--listen-host", "127.0.0.1", "--listen-port", "0",
		"--set", "confdir="+s.dir, "--set", "flow_detail=0", "--set", "ssl_verify_upstream_trusted_ca="+s.bench.certs.CA, "-w", flows)
	st, err := startCommand(cmd)
	if err != nil {
		return nil, err
	}
	st.ca = s.file("mitmproxy-ca-cert.pem")
	st.kept = func(int64) (int64, error) {
		info, err := os.Stat(flows)
		if err != nil {
			return 0, err
		}
		return info.Size(), nil
	}
	return st, nil
}
