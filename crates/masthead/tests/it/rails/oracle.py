"""The companies' own libraries, asked one question a line (JSON in, JSON out)."""
import hashlib
import hmac
import json
import sys

import razorpay
import stripe


def stripe_verify(q):
    try:
        stripe.Webhook.construct_event(q["body"], q["header"], q["secret"])
        return True
    except (stripe.SignatureVerificationError, ValueError):
        return False


def stripe_sign(q):
    signature = stripe.WebhookSignature._compute_signature(f"{q['time']}.{q['body']}", q["secret"])
    return f"t={q['time']},v1={signature}"


def razorpay_verify(q):
    utility = razorpay.Client(auth=("rzp_test_1", q["secret"])).utility
    checks = {
        "webhook": lambda: utility.verify_webhook_signature(q["body"], q["signature"], q["secret"]),
        "payment": lambda: utility.verify_payment_signature(q["fields"]),
        "link": lambda: utility.verify_payment_link_signature(q["fields"]),
        "subscription": lambda: utility.verify_subscription_payment_signature(q["fields"]),
    }
    try:
        return bool(checks[q["what"]]())
    except razorpay.errors.SignatureVerificationError:
        return False


def plain_sign(q):
    return hmac.new(q["secret"].encode(), q["body"].encode(), hashlib.sha256).hexdigest()


def foreign_stripe(q):
    """Drives our Stripe-shaped peer as anybody's program would."""
    client = stripe.StripeClient(q["key"], base_addresses={"api": q["base"]}, max_network_retries=0)
    v1 = client.v1
    said = {}
    customer = v1.customers.create({"email": "sdk@example.com"}, {"idempotency_key": "c-1"})
    said["same_customer"] = v1.customers.create({"email": "sdk@example.com"}, {"idempotency_key": "c-1"}).id == customer.id
    try:
        v1.customers.create({"email": "other@example.com"}, {"idempotency_key": "c-1"})
        said["conflict"] = "taken"
    except stripe.IdempotencyError:
        said["conflict"] = "refused"
    pay = {"amount": 90000, "currency": "inr", "customer": q["customer"], "payment_method": q["method"],
           "payment_method_types": ["card"], "confirm": True, "off_session": True, "metadata": {"a": "b"}}
    intent = v1.payment_intents.create(pay, {"idempotency_key": "p-1"})
    said["paid"] = [intent.status, intent.amount_received]
    said["once"] = v1.payment_intents.create(pay, {"idempotency_key": "p-1"}).id == intent.id
    v1.refunds.create({"payment_intent": intent.id, "amount": 60000}, {"idempotency_key": "r-1"})
    try:
        v1.refunds.create({"payment_intent": intent.id, "amount": 30001}, {"idempotency_key": "r-2"})
        said["beyond"] = "taken"
    except stripe.InvalidRequestError as error:
        said["beyond"] = error.code
    try:
        v1.payment_intents.create({**pay, "payment_method": q["declines"]}, {"idempotency_key": "p-2"})
        said["declined"] = "taken"
    except stripe.CardError as error:
        said["declined"] = error.error.decline_code
    v1.payment_methods.detach(q["method"])
    try:
        v1.payment_intents.create(pay, {"idempotency_key": "p-3"})
        said["detached"] = "taken"
    except stripe.InvalidRequestError:
        said["detached"] = "refused"
    said["listed"] = len(v1.payment_intents.list({"limit": 1}).data), v1.payment_intents.list({"limit": 1}).has_more
    return said


def foreign_razorpay(q):
    """Drives our Razorpay-shaped peer as anybody's program would."""
    client = razorpay.Client(auth=(q["key"], q["secret"]), base_url=q["base"])
    said = {}
    fields = {"amount": 90000, "currency": "INR", "receipt": "sdk-1", "unique_receipt": True, "payment_capture": True}
    order = client.order.create(fields)
    said["same_order"] = client.order.create(fields)["id"] == order["id"]
    said["found"] = [o["id"] for o in client.order.all({"receipt": "sdk-1"})["items"]] == [order["id"]]
    recurring = {"email": "sdk@example.com", "contact": "+919000090000", "amount": 90000, "currency": "INR",
                 "order_id": order["id"], "customer_id": q["customer"], "token": q["token"], "recurring": True}
    payment = client.payment.createRecurring(recurring)["razorpay_payment_id"]
    said["payment"] = client.payment.fetch(payment)["status"]
    try:
        client.payment.createRecurring(recurring)
        said["twice"] = "taken"
    except razorpay.errors.BadRequestError:
        said["twice"] = "refused"
    try:
        client.payment.refund(payment, {"amount": 90000})
        said["early"] = "taken"
    except razorpay.errors.BadRequestError:
        said["early"] = "refused"
    said["payments"] = client.order.payments(order["id"])["count"]
    said["token"] = client.token.fetch(q["customer"], q["token"])["recurring_details"]["status"]
    link = client.payment_link.create({"amount": 500, "currency": "INR", "reference_id": "sdk-2", "expire_by": q["later"]})
    said["link"] = client.payment_link.cancel(link["id"])["status"]
    return said


for line in sys.stdin:
    question = json.loads(line)
    print(json.dumps(globals()[question["ask"]](question)), flush=True)
