package main

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"runnertape/fixtures/planted"
	"runnertape/store"
)

var (
	proofSeeds = flag.Int("proof-seeds", 3, "how many planted sessions each TestSecretsProof… records")
	proofSeed  = flag.Uint64("proof-seed", 1, "the first of them; 0 takes any")
)

// proofFirst is the seed of the first session.
func proofFirst() uint64 {
	if *proofSeed == 0 {
		return rand.Uint64N(1e6) + 1
	}
	return *proofSeed
}

// eachPlanted runs f on planted sessions, each by one of the ways. With -short, as under the race detector, it runs
// none: each would take minutes.
func eachPlanted(t *testing.T, f func(t *testing.T, seed uint64, way proofWay, s *planted.Session)) {
	if testing.Short() {
		t.Skip("NOT RUN with -short: a planted session takes minutes under the race detector")
	}
	first := proofFirst()
	for n := range *proofSeeds {
		seed := first + uint64(n)
		way := proofWays[seed%uint64(len(proofWays))]
		t.Run(fmt.Sprintf("%d %s", seed, way.name), func(t *testing.T) {
			t.Parallel()
			f(t, seed, way, planted.Generate(seed, planted.Options{Storage: way.proxy, Proxy: way.proxy}))
			if t.Failed() {
				t.Logf("to do this again: go test -run '%s' -proof-seeds 1 -proof-seed %d", strings.Split(t.Name(), "/")[0], seed)
			}
		})
	}
}

var proofWays = []proofWay{{name: "reverse"}, {name: "forward", proxy: true}, {name: "connect", tls: true}}

// Sessions that are made up, with a secret in every place and every encoding, cut anywhere, pass a real recorder.
// Its peers see each byte as it was said; of the secrets nothing is in what it keeps, says, or shows.
//
//	go test ./cmd/proxy -run TestSecretsProof -proof-seeds 100
//	go test ./cmd/proxy -run TestSecretsProof -proof-seeds 1 -proof-seed 42
func TestSecretsProof(t *testing.T) {
	eachPlanted(t, func(t *testing.T, seed uint64, way proofWay, s *planted.Session) {
		r := newProof(t, s, way)
		r.record()
		r.everywhere()
		r.alike()
		r.twice()
		r.replays()
		r.report()
	})
}

// A recorder is killed in the midst of a session, when what was said is on disk: of the secrets that were
// declared by then nothing is in any byte of any file, also not of those that were said before.
func TestSecretsProofKilled(t *testing.T) {
	eachPlanted(t, func(t *testing.T, seed uint64, way proofWay, s *planted.Session) {
		p := newProof(t, s, way, "--sync")
		kill := 1 + rand.New(rand.NewPCG(seed, 1)).IntN(len(s.Exchanges))
		p.peers.after = func(said int) {
			if said >= kill && !p.peers.stopped {
				p.peers.stopped = true
				p.program.command.Process.Kill()
				<-p.program.ended
			}
		}
		p.peers.play(len(s.Exchanges))
		declared := map[*planted.Secret]bool{}
		for _, x := range s.Exchanges[:p.peers.next-1] { // the last one need not have ended
			if x.Held == 0 { // or it may be in flight
				for _, secret := range x.Secrets {
					declared[secret] = true
				}
			}
		}
		known := s.Finder(func(s *planted.Secret) bool { return declared[s] })
		p.files(known)
		p.kept(known)
		p.report()
	})
}

// Of a session that was recorded with its secrets nothing is left after proxy redact.
func TestSecretsProofAfterwards(t *testing.T) {
	eachPlanted(t, func(t *testing.T, seed uint64, way proofWay, s *planted.Session) {
		p := newProof(t, s, way, "--keep-secrets")
		p.record()
		kept := p.path
		p.path = filepath.Join(p.dir, "redacted.db")
		p.view("redact", kept, "-o", p.path)
		mustDo(t, os.Remove(kept))
		all := s.Finder(nil)
		p.files(all)
		p.kept(all)
		p.alike()
		p.twice()
		p.replays()
		p.report()
	})
}

// proof is a session being recorded, and its recording.
type proof struct {
	*testing.T
	session *planted.Session
	way     proofWay
	dir     string
	path    string // of the recording
	program *program
	peers   *proofPeers
	tap     *proofTap
	said    string // by the recorder
	follow  *safeBuffer
	leaks   []proofLeak
}

// proofTLS is what an upstream of the session speaks.
func proofTLS() *tls.Config {
	s := httptest.NewUnstartedServer(nil)
	s.StartTLS()
	defer s.Close()
	return s.TLS
}

// newProof starts a recorder.
func newProof(t *testing.T, s *planted.Session, way proofWay, flags ...string) *proof {
	t.Helper()
	p := &proof{T: t, session: s, way: way, dir: t.TempDir()}
	p.path = filepath.Join(p.dir, "recording.db")
	scheme := "http"
	upstreams := map[string]net.Listener{}
	args := []string{"record", "--listen", "127.0.0.1:0", "--ca-dir", filepath.Join(p.dir, "ca")}
	for _, host := range []string{planted.GitLab, planted.Storage} {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		mustDo(t, err)
		upstreams[host] = ln
		args = append(args, "--resolve", host+"="+ln.Addr().String())
	}
	if way.tls {
		scheme = "https"
		trust := filepath.Join(p.dir, "upstream.pem")
		mustDo(t, os.WriteFile(trust, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: proofTLS().Certificates[0].Certificate[0]}), 0o600))
		args = append(args, "--upstream-ca", trust)
	}
	args = append(args, "--resolve", "nowhere.example.com:1=127.0.0.1:1")
	upstream := scheme + "://" + planted.GitLab
	args = append(args, "--upstream", upstream, "--append")
	header := newHeader(upstream, slices.Contains(flags, "--keep-secrets"))
	key := sha256.Sum256([]byte(strconv.FormatUint(s.Seed, 10))) // so that stand-ins are the same each time
	header.Key = key[:]
	begun, err := store.Create(p.path, header)
	mustDo(t, err)
	mustDo(t, begun.Close())
	p.program = startProgram(t, p.dir, cleanEnv(p.dir), append(append(args, flags...), p.path)...)
	t.Cleanup(func() {
		p.program.command.Process.Kill()
		<-p.program.ended
	})
	p.peers = &proofPeers{
		t: t, session: s, way: way, upstreams: upstreams, idle: map[string][]*proofPair{},
		recorder: p.program.await(t, listening)[1], roots: x509.NewCertPool(),
	}
	t.Cleanup(p.peers.close)
	if ca, err := os.ReadFile(filepath.Join(p.dir, "ca", "ca.pem")); err == nil {
		p.peers.roots.AppendCertsFromPEM(ca)
	}
	return p
}

// record has the whole session pass, while somebody reads along.
func (p *proof) record() {
	p.Helper()
	p.tap = newProofTap(p.T, p.path)
	followed := make(chan struct{})
	reader, stop, said := testProcess(p.T)
	defer stop()
	reader.args = []string{"proxy", "dump", "--follow", "-vv", "--full", p.tap.path}
	go func() { // ends with the recorder
		reader.run()
		close(followed)
	}()
	select {
	case <-p.tap.opened:
	case <-followed:
		p.Fatalf("nobody reads along: %s", said)
	}
	p.peers.play(len(p.session.Exchanges))
	p.peers.close()
	p.peers.sayWrong()
	mustDo(p.T, p.program.command.Process.Signal(syscall.SIGINT))
	<-p.program.ended
	<-followed
	p.tap.end()
	p.follow = said
	text, _ := p.program.stderr.read()
	p.said = text + p.program.stdout.String()
	if !p.program.command.ProcessState.Success() {
		p.Errorf("the recorder: %v\n%s", p.program.command.ProcessState, text)
	}
}
