package gost

import (
	"crypto/rand"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"math/big"
	"testing"
	"time"
)

// An extension that is read here must be well-formed to the last byte.
func TestBadExtensions(t *testing.T) {
	key := must[*PrivateKey](t)(GenerateKey(rand.Reader, CryptoProA))
	parse := func(oid asn1.ObjectIdentifier, der string) error {
		c := must[[]byte](t)(CreateCertificate(rand.Reader, &CertificateTemplate{Serial: big.NewInt(1), Subject: named("X"), IdentificationKind: -1,
			NotBefore: noon, NotAfter: noon.Add(time.Hour), ExtraExtensions: []pkix.Extension{{Id: oid, Value: must[[]byte](t)(hex.DecodeString(der))}}},
			nil, &key.PublicKey, key))
		_, err := ParseCertificate(c)
		return err
	}
	for _, tt := range []struct {
		oid  asn1.ObjectIdentifier
		good string
		bad  []string
	}{
		{oidBasicConstraints, "30060101ff020101", []string{"", "3000ff", "30060101ff0201ff", "300601010102010f", "30030201020500", "3105"}},
		{oidKeyUsage, "03020780", []string{"030100", "03020700", "0302", "04020780"}},
		{oidExtKeyUsage, "300a06082b06010505070309", []string{"3000", "3003020101", "300a06082b0601050507030900"}},
		{oidSubjectKeyID, "04020102", []string{"0402", "03020102", "0402010200"}},
		{oidAuthorityKeyID, "300480020102", []string{"3004800201", "3003820101", "30068202000181020000", "300a800201028202000100", "3002a100"}},
		{oidAuthorityKeyID, "3000", []string{"30008000"}},
		{oidSubjectAltName, "3003820161", []string{"3000", "3003820180", "3003a20161", "3003890161", "300387030102", "3005a403020101"}},
		{oidNameConstraints, "3007a0053003820161", []string{"3000", "3007a2053003820161", "300aa008300682016180010a", "3002a0"}},
		{oidPolicies, "300a300806062a8503647101", []string{"3005300302", "300c300a06062a85036471010500", "0500"}},
		{oidPolicyMappings, "300c300a06032a030406032a0305", []string{"3000", "3007300506032a0304", "0500"}},
		{oidPolicyConstraints, "3003800100", []string{"3000", "3004800200ff", "3003820100", "3003800180"}},
		{oidInhibitAnyPolicy, "020100", []string{"0201ff", "02020000", "0500"}},
		{oidPrivateKeyPeriod, "3011800f" + hex.EncodeToString([]byte("20260101000000Z")), []string{"3000", "3011800f" + hex.EncodeToString([]byte("20261301000000Z")), "3011820f" + hex.EncodeToString([]byte("20260101000000Z"))}},
		{oidCRLPoints, "30093007a005a003860161", []string{"3003300182", "30073005a003a1010000", "30093007a005a203860161", "30053003a001a0"}},
		{oidFreshestCRL, "30093007a005a003860161", []string{"0500"}},
		{oidAuthorityInfo, "300f300d06082b06010505073001860161", []string{"300e300c06082b060105050730018601", "3011300f06082b060105050730018601610500"}},
		{oidNoCheck, "0500", []string{"", "050100", "020100"}},
		{OIDSubjectSignTool, "0c0161", []string{"0201", "0c01ff", "0c016100"}},
		{OIDIssuerSignTool, "300c0c01610c01620c01630c0164", []string{"30090c01610c01620c0163", "300e0c01610c01620c01630c01640500", "0500"}},
		{OIDIdentificationKind, "020103", []string{"0201ff", "02020003", "0a0103"}},
	} {
		if err := parse(tt.oid, tt.good); err != nil {
			t.Errorf("%v %s: %v", tt.oid, tt.good, err)
		}
		for _, bad := range tt.bad {
			if parse(tt.oid, bad) == nil {
				t.Errorf("%v %s is taken", tt.oid, bad)
			}
		}
	}
}
