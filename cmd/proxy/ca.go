package main

import (
	"fmt"
	"path/filepath"
	"time"

	"github.com/urfave/cli/v2"

	"runnertape/proxy"
)

func (p *process) caCommand() *cli.Command {
	return &cli.Command{
		Name:  "ca",
		Usage: "print the CA's certificate file, and how runners come to trust it",
		Flags: []cli.Flag{caDirFlag()},
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usagef("proxy ca takes no arguments; --ca-dir names the folder")
			}
			ca, err := loadCA(c)
			if err != nil {
				return err
			}
			file := ca.File()
			fmt.Fprintln(p.stdout, file)
			p.say("it ends on %s; its key stays beside it", ca.NotAfter().Format(time.DateOnly))
			p.say("in config.toml, under [[runners]]: tls-ca-file = %q", file)
			p.say("to register: gitlab-runner register --tls-ca-file %s, or CI_SERVER_TLS_CA_FILE=%s", file, file)
			p.say("the runner hands it on to git and to its helpers; docker and kubernetes jobs also need HTTPS_PROXY in environment = [...]")
			return nil
		},
	}
}

// loadCA loads the CA of --ca-dir. Its path is absolute, so that it can be
// copied to wherever a runner is configured.
func loadCA(c *cli.Context) (*proxy.CA, error) {
	if c.String("ca-dir") == "" {
		return nil, usagef("--ca-dir: it is empty, not a folder")
	}
	dir, err := filepath.Abs(c.String("ca-dir"))
	if err != nil {
		return nil, err
	}
	return proxy.LoadCA(dir)
}
