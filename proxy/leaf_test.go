package proxy

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// counted is a CA's key that counts what it signs.
type counted struct {
	crypto.Signer
	signed atomic.Int64
}

func (k *counted) Sign(random io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	k.signed.Add(1)
	return k.Signer.Sign(random, digest, opts)
}

// countedCA is a CA for the hosts, and the counter of its signatures.
func countedCA(t *testing.T, hosts ...string) (*CA, *counted) {
	t.Helper()
	ca, err := LoadCA(t.TempDir(), hosts...)
	if err != nil {
		t.Fatal(err)
	}
	key := &counted{Signer: ca.key}
	ca.key = key
	return ca, key
}

func mustLeaf(t *testing.T, ca *CA, host string) *tls.Certificate {
	t.Helper()
	cert, err := ca.leaf(host)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

func TestLeaf(t *testing.T) {
	ca, _ := countedCA(t, AnyHost)
	pool := x509.NewCertPool()
	pool.AddCert(ca.cert)
	serials := map[string]bool{}
	for host, name := range map[string]string{
		"gitlab.example": "gitlab.example", "GitLab.Example:8443": "gitlab.example", "root.example.": "root.example",
		"10.1.2.3": "[10.1.2.3]", "10.1.2.3:443": "[10.1.2.3]", // how Verify knows an address from a name
		"::1": "[::1]", "[::1]:443": "[::1]", "::ffff:10.1.2.3": "[10.1.2.3]",
	} {
		cert := mustLeaf(t, ca, host)
		leaf, err := x509.ParseCertificate(cert.Certificate[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := leaf.Verify(x509.VerifyOptions{Roots: pool, DNSName: name}); err != nil {
			t.Errorf("%s: %v", host, err)
		}
		if names := len(leaf.DNSNames) + len(leaf.IPAddresses); names != 1 || leaf.Subject.CommonName != "" {
			t.Errorf("%s: is for %v, %v, %q", host, leaf.DNSNames, leaf.IPAddresses, leaf.Subject.CommonName)
		}
		if key, ok := leaf.PublicKey.(*ecdsa.PublicKey); !ok || key.Curve != elliptic.P256() {
			t.Errorf("%s: has a key of type %T", host, leaf.PublicKey)
		}
		if ahead := time.Since(leaf.NotBefore); ahead < backdate || leaf.NotAfter.Sub(leaf.NotBefore) > 398*24*time.Hour {
			t.Errorf("%s: is good from %v to %v", host, leaf.NotBefore, leaf.NotAfter)
		}
		if leaf.SerialNumber.BitLen() < 64 || leaf.SerialNumber.BitLen() > 127 {
			t.Errorf("%s: has serial number %v", host, leaf.SerialNumber)
		}
		serials[leaf.SerialNumber.String()] = true
	}
	if len(serials) != 4 {
		t.Errorf("%d serial numbers for 4 hosts", len(serials))
	}
}

func TestLeafIsSignedOnce(t *testing.T) {
	ca, key := countedCA(t, AnyHost)
	var group sync.WaitGroup
	for i := range 128 {
		group.Go(func() {
			if _, err := ca.leaf(fmt.Sprintf("host%d.example:%d", i%4, i)); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if n := key.signed.Load(); n != 4 {
		t.Errorf("%d signatures for 4 hosts", n)
	}
}

func TestLeafIsRenewed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ca, key := countedCA(t, AnyHost)
		first := mustLeaf(t, ca, "gitlab.example")
		time.Sleep(leafLife / 2)
		if mustLeaf(t, ca, "gitlab.example") != first {
			t.Error("renewed after half its life")
		}
		time.Sleep(leafLife / 4)
		var group sync.WaitGroup
		for range 16 {
			group.Go(func() {
				cert, err := ca.leaf("gitlab.example")
				if err != nil || cert == first || time.Until(cert.Leaf.NotAfter) < leafLife-2*backdate {
					t.Errorf("not renewed: %v", err)
				}
			})
		}
		group.Wait()
		if n := key.signed.Load(); n != 2 {
			t.Errorf("%d signatures, want 2", n)
		}
	})
}

// The last leaves of a CA end with it, and are not made again for each who asks.
func TestLeafEndsWithItsCA(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ca, key := countedCA(t, AnyHost)
		time.Sleep(time.Until(ca.NotAfter()) - time.Hour)
		for range 8 {
			if cert := mustLeaf(t, ca, "gitlab.example"); !cert.Leaf.NotAfter.Equal(ca.NotAfter()) {
				t.Errorf("ends at %v, the CA at %v", cert.Leaf.NotAfter, ca.NotAfter())
			}
		}
		if n := key.signed.Load(); n != 1 {
			t.Errorf("%d signatures, want 1", n)
		}
	})
}

func TestLeavesAreBounded(t *testing.T) {
	var l leaves
	sign := func(string) (*tls.Certificate, time.Time, error) { return nil, time.Now().Add(time.Hour), nil }
	for i := range 3 * maxLeaves {
		l.of(net.IPv4(10, 0, byte(i>>8), byte(i)).String(), sign)
		if len(l.byHost) > maxLeaves {
			t.Fatalf("%d leaves held", len(l.byHost))
		}
	}
}
