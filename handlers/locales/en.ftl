# Money, times and phone numbers arrive written; here are only the words.

## The language

language-name = 🇬🇧 English
time-zone = UTC
zone-name = UTC
language-question = 🌐 Which language shall we speak?

## Coming in

terms-question =
    👋 Hi, { $name }! Here you rent a number for a few minutes to receive <b>your own</b> code by SMS.
    No code? The money comes back by itself.

    To go on, please confirm: I am 18 or older, I will use this for lawful purposes only and only for codes of my own.
terms-accepted = ✅ Terms accepted. Welcome!
button-accept = ✅ Accept
button-language = 🌐 Language
button-terms = 📄 Terms
button-privacy = 🔒 Privacy
button-refunds = 💸 Refunds

## Ways

button-home = 🏠 Home
button-back = ‹ Back
button-previous = ◀
button-next = { $page }/{ $pages } ▶
button-refresh = 🔄 Refresh
button-help = ❓ Help
button-account = ⚙️ Account
button-admin = 🛠 Administration

## Home

home-balance = 💰 Balance: <b>{ $balance }</b>
home-no-numbers = 📱 No open numbers.
home-numbers = 📱 { $count ->
    [one] { $count } open number
   *[other] { $count } open numbers
}
home-numbers-left = { $numbers } · { $left }
button-again = 🔁 { $service } { $flag } again · { $price }
button-buy = 🛒 Buy
button-numbers = 📱 My numbers ({ $count })
button-numbers-plain = 📱 My numbers
button-topup = 💳 Add credits
button-history = 🧾 History

## Account

account =
    ⚙️ <b>Account</b>
    { $username } · Telegram { $telegram }
    Balance: { $balance }
button-email = ✉️ E-mail
button-type-email = ✏️ Tell your e-mail
button-erase-email = 🗑 Erase
email = ✉️ Your e-mail: <b>{ $address }</b>
    Used only for payments that ask for one, Pix for example.
email-none = ✉️ No e-mail is kept. It is needed only for payments that ask for one, Pix for example.
email-misread = 🤔 That does not look like an e-mail.
email-type = ✏️ Type your e-mail, for example <i>ana@example.com</i>.
balance = 💰 Balance: <b>{ $balance }</b>
balance-held = ⏳ Reserved for open numbers: { $held }

## Buy: service

buy-service =
    🛒 <b>Buy</b> · choose the service
    Or type its name: <i>whatsapp</i>, <i>whatsapp brazil</i>.
button-search = 🔎 Search
button-by-country = 🌍 By country
button-recent-service = ⭐ { $service }
search-question = 🔎 Type the name of the service, for example <i>whats</i>.
search-found = 🔎 Results for “{ $words }”:
search-nothing = 🔎 Nothing found for “{ $words }”. Check the spelling or try another name.

## Buy: country

buy-country = <b>{ $service }</b> · choose the country
buy-no-country = <b>{ $service }</b> · no numbers available now. Try later or choose another service.
buy-country-unknown = 🤔 I know no country “{ $words }”. There are numbers here:
country-question = <b>{ $service }</b>
    🔎 Type the name of the country, for example <i>Portugal</i>.
buy-country-first = 🌍 Choose the country of the number
buy-service-in = { $country } · choose the service
buy-nothing-in = { $country } · no numbers available now.
button-country = { $country } · { $price } · { $success } · { $stock }
button-service-price = { $service } · { $price }
button-sort-price = ↕️ By price
button-sort-success = ↕️ By success
button-search-country = 🔎 Country
button-all-countries = 🌍 All countries
success = { $percent }% ✓
success-new = new
stock = { $stock }
stock-plenty = { $stock }+

## Offer

stock-awaited = 🔔 Agreed: we tell you here as soon as there are numbers.
stock-back = 🔔 There are numbers again: <b>{ $service }</b> · { $country } for { $price }
button-wait = 🔔 Tell me when there are some
button-look = 🛒 See the offer
offer-fresh = 🔄 The earlier offer has expired. This is the current one:
offer-title = <b>{ $service }</b> · { $country }
offer-price = <b>{ $price }</b> · { $stock } available
offer-success = { $percent }% received their code (last 30 days)
offer-new = Not enough history yet to tell how many receive their code.
offer-promise = The number lives { $minutes } minutes. Without a code, the { $price } come back by themselves.
offer-balance = Your balance: { $balance }
button-buy-for = 🛒 Buy for { $price }
button-topup-for = 💳 Add { $missing } to buy
button-operator = 📶 Operator: { $operator }
button-any-operator = 📶 Any operator
operator-any = any
operator-question = <b>{ $service }</b> · { $country }
    📶 Choose the operator. Any is usually the fastest.
buying =
    🛒 Ordered: <b>{ $service }</b> · { $country } for { $price }
    The number arrives just below. If it fails, the money comes back by itself.

## Number

number-phone = 📱 <code>{ $phone }</code>
number-title = <b>{ $service }</b> · { $country }
number-no-phone = no number yet
number-code = 🔑 <code>{ $code }</code>
number-buying = ⏳ Asking the provider for the number… { $price } are reserved.
number-unknown = ⏳ Checking with the provider… { $price } are reserved: you get the number or your money back.
number-waiting = Waiting for the SMS… valid until { $until } ({ $left })
number-received = ✅ Code received. You can ask for another until { $until } ({ $left }).
number-received-once = ✅ Code received. The number lives until { $until } ({ $left }).
number-asking-again = 🔁 Waiting for another code… valid until { $until } ({ $left })
number-cancelling = ⏳ Cancelling… we look one last time for a code; then { $price } go back to your balance.
number-finished = ✅ Done: the code was delivered.
number-expired = ⌛ Ended without a code. { $price } went back to your balance.
number-cancelled = ✕ Cancelled. { $price } went back to your balance.
number-rejected = ✕ Not bought. { $price } went back to your balance.
button-number = { $service } { $flag } { $phone }
button-copy-number = 📋 Copy number
button-cancel-from = ✕ Cancel (from { $at } on)
button-cancel-for = ✕ Cancel and get { $price } back
button-problem = ⚠️ Problem
button-check = 🔄 Check status
button-rent-again = 🔁 Rent again
rent-again = The same number once more, for another code: <b>{ $price }</b>. The provider may no longer have it; then the money comes back.
numbers-title = 📱 { $count ->
    [one] <b>{ $count } open number</b>
   *[other] <b>{ $count } open numbers</b>
}
numbers-none = 📱 You have no open numbers.
numbers-line =
    <code>{ $phone }</code> · { $service } · { $country }
    { $status }
problem =
    ⚠️ <b>{ $service }</b> · { $phone }
    No code? This usually helps:
    1. Check that the whole number was typed, with the country code.
    2. Ask for the code again in the app; an SMS may take a few minutes.
    3. If the service refuses the number, cancel: the money comes back and another number usually works.
    Without any code by the end, the money comes back by itself.

reported =
    🙏 Noted, thank you · <b>{ $service }</b> · { $phone }
    Many reports of one kind are looked into. What helps now: cancel as soon as the button opens, the money comes back, and try another country.
button-already-used = 🚫 Already used
button-refused = ⛔ Refused by the service
button-other-problem = ❔ Something else

## Status, in a few words

status-buying = ⏳ Asking for the number. { $price } are reserved.
status-unknown = ⏳ The provider has not confirmed yet. { $price } are reserved: you get the number or your money back.
status-waiting = ⏳ No SMS yet. { $left } left.
status-received = ✅ The code has come. The number lives { $left } more.
status-asking-again = 🔁 Waiting for another code. { $left } left.
status-cancelling = ⏳ Cancelling. { $price } come back as soon as the provider confirms.
status-finished = ✅ Done.
status-expired = ⌛ Ended without a code. { $price } came back.
status-cancelled = ✕ Cancelled. { $price } came back.
status-rejected = ✕ Not bought. { $price } came back.

## Code

code = 🔑 <code>{ $code }</code>
code-call = 📞 <code>{ $code }</code> — the last digits of the caller
code-none = 💬 An SMS came, without a code we recognise:
    <blockquote>{ $words }</blockquote>
code-for = { $service } · { $phone }
button-copy-code = 📋 Copy { $code }
button-another-code = 🔁 Another code
button-whole-message = 💬 Full SMS
button-finish = ✅ Done
another-asked =
    🔁 We asked for another code for { $service } · { $phone }.
    Ask the app to send it again; it arrives here, free of charge.
whole-message =
    💬 <b>{ $service }</b> · from { $sender } · { $at }
    <blockquote>{ $words }</blockquote>
message-empty = (no text)
sender-unknown = unknown sender

## An end without a code

ended-expired =
    ⌛ No SMS came within { $span } · { $service } · { $country }
    { $price } came back. Balance: <b>{ $balance }</b>
ended-cancelled =
    ✕ Cancelled · { $service } · { $country }
    { $price } came back. Balance: <b>{ $balance }</b>
ended-cancelled-country =
    ✕ The number came from another country and was ended · { $service } · { $country }
    { $price } came back. Balance: <b>{ $balance }</b>
ended-rejected =
    ✕ The provider did not sell the number this time · { $service } · { $country }
    { $price } came back. Balance: <b>{ $balance }</b>
ended-rejected-no-numbers =
    ✕ The numbers ran out this very moment · { $service } · { $country }
    { $price } came back. Balance: <b>{ $balance }</b>
ended-rejected-price-rose =
    ✕ The price changed at the provider before the purchase · { $service } · { $country }
    { $price } came back. Balance: <b>{ $balance }</b>
ended-rejected-not-sent =
    ✕ No number was bought this time · { $service } · { $country }
    { $price } came back. Balance: <b>{ $balance }</b>
button-try-again = 🔁 Try another number
button-other-country = 🌍 { $country } · { $price }

## Credits

topup-question =
    💳 <b>Add credits</b> · how much?
    Balance: { $balance }
topup-type = ✏️ Type the amount, from { $minimum } to { $maximum }. For example: <i>20</i> or <i>20.50</i>.
topup-misread = 🤔 “{ $words }” is no amount I understand.
topup-ways = 💳 <b>{ $amount }</b> · how would you like to pay?
topup-bonus = 🎁 Bonus with this top-up: { $bonus }
topup-bonus-step = 🎁 From { $start } on: { $percent }% more
topup-fees = ℹ️ Where a way to pay has a fee, its button tells the whole sum.
button-amount = { $amount }
button-other-amount = ✏️ Other amount
button-way = { $way } · { $amount }
button-other-way = 💳 Try another way
gateway-pix = Pix
gateway-stripe = Card (Stripe)
gateway-mercadopago = Mercado Pago
gateway-stars = Stars ⭐
gateway-cryptopay = Crypto (CryptoPay)
gateway-internal = Internal
stars = { $count } ⭐
amount-in-other = { $amount } ({ $other })

## Bill

bill-coming =
    💳 Bill asked for: { $amount } · { $way }
    It arrives just below.
bill = 💳 <b>{ $way }, { $amount }</b> · valid until { $until } ({ $zone })
bill-brings = You get { $credits }.
bill-code = <code>{ $code }</code>
bill-paid = ✅ Paid · { $amount } · { $way }
bill-expired = ⌛ Bill expired · { $amount } · { $way }. If you paid all the same, it is credited once the payment is confirmed.
bill-cancelled = ✕ Bill cancelled · { $amount } · { $way }
bill-failed = ✕ Bill not carried out · { $amount } · { $way }
bill-review = 🔎 Payment under review · { $amount } · { $way }. A person will look at it and we will tell you here.
bill-looking = 🔎 Looking… we tell you here as soon as the payment shows up.
bill-toast-draft = The bill is still being prepared.
bill-toast-open = The bill is still open.
bill-toast-paid = ✅ It is paid already.
bill-toast-expired = ⌛ The bill has expired already.
bill-toast-cancelled = ✕ Bill cancelled.
bill-toast-failed = ✕ The bill was not carried out.
bill-toast-review = 🔎 The payment is under review.
bill-standing-draft = ⏳ The bill of { $amount } · { $way } is being prepared.
bill-standing-open = ⏳ We have not seen the payment of { $amount } · { $way } yet. It may take a few minutes; we tell you here by ourselves.
bill-standing-paid = ✅ Paid · { $amount } · { $way }. The credit is on your balance.
bill-standing-expired = ⌛ The bill of { $amount } · { $way } has expired. If you paid, the credit comes once it is confirmed.
bill-standing-cancelled = ✕ The bill of { $amount } · { $way } was cancelled.
bill-standing-failed = ✕ The bill of { $amount } · { $way } was not carried out. The shop charged nothing.
bill-standing-review = 🔎 The payment of { $amount } · { $way } is under review. A person will look at it and we will tell you here.
button-pay = 💳 Pay { $amount }
button-copy-pix = 📋 Copy Pix code
button-i-paid = ✅ I have paid
button-browser = 🌐 Open in browser
button-cancel-bill = ✕ Cancel
topup-refused = ✕ { $way } is not answering right now. Nothing of the { $amount } was charged. Try another way or wait a little.
topup-paid = 💰 <b>{ $credits }</b> credited. Balance: <b>{ $balance }</b>
receipt =
    <blockquote expandable>🧾 { $amount } · { $way } · { $at }
    Payment <code>{ $payment }</code>
    Receipt <code>{ $id }</code></blockquote>
topup-returned-mismatch = 💸 { $amount } of your payment are on their way back by the way you paid: the amount was not the bill's.
topup-returned-second = 💸 { $amount } are on their way back by the way you paid: this bill had been paid already.
topup-returned-stray = 💸 { $amount } are on their way back by the way you paid: the payment belonged to no bill.
button-back-to-offer = 🛒 Buy { $service } { $flag } for { $price }
credits-granted = ➕ { $amount } were added to your balance. Balance: <b>{ $balance }</b>
credits-granted-grant = 🎁 You received { $amount }. Balance: <b>{ $balance }</b>
credits-granted-bonus = 🎁 Bonus of { $amount }. Balance: <b>{ $balance }</b>
credits-granted-dispute-won = ✅ The dispute is settled: { $amount } are back on your balance. Balance: <b>{ $balance }</b>
credits-granted-refund-undone = ↩️ The refund did not go through: { $amount } are back on your balance. Balance: <b>{ $balance }</b>
credits-granted-chargeback-undone = ✅ The charge-back was reversed: { $amount } are back on your balance. Balance: <b>{ $balance }</b>
credits-taken = ➖ { $amount } were taken from your balance. Balance: <b>{ $balance }</b>
credits-taken-refund = 💸 Refund: { $amount } left your balance and go back the way you paid. Balance: <b>{ $balance }</b>
credits-taken-chargeback = ⚠️ { $amount } left your balance: the payment was disputed. Balance: <b>{ $balance }</b>
credits-debt = ⚠️ Your balance is below zero: to buy again, add { $debt }.
credits-reason = Reason: { $reason }

## History

history-title = 🧾 <b>History</b> · { $page }/{ $pages }
history-none = 🧾 Nothing has moved yet.
history-line = { $place }. { $at } · { $what } · { $amount }{ $status } · balance { $balance }
history-delivered = { " " }· code ✓
history-pending = { " " }· reserved
history-failed = { " " }· given back
history-number = { $service } { $flag }
history-topup = top-up · { $way }
history-type-credit-purchase = top-up
history-type-sms-received = number
history-type-sms-sent = sending
history-type-refund = refund
history-type-chargeback = charge-back
history-type-adjustment = adjustment
history-type-bonus = bonus
history-type-promotion = promotion
history-type-referral = referral
movement-title = 🧾 <b>{ $what }</b>
movement-at = { $at } · { $what }
movement-asked = ordered, { $price } reserved
movement-started = number received
movement-code = code <code>{ $code }</code>
movement-sms = SMS without a code we recognise
movement-finished = done ✓
movement-expired = ended without a code
movement-cancelled = cancelled
movement-rejected = not bought
movement-bill = bill asked for
movement-payment = Payment <code>{ $id }</code>
movement-sum = { $amount } · balance after it: { $balance }
movement-id = ID <code>{ $id }</code>
button-open-number = 📱 Open the number
button-same-again = 🛒 Another number
amount-in = +{ $amount }
amount-out = −{ $amount }
button-csv = 📥 CSV
history-file = 🧾 Every movement, one a line.
history-file-name = history.csv

## Lost

cancel-left = ✕ All right, we stop here.
cancel-nothing = There is nothing to leave. To cancel a number, open 📱 /numbers; a bill is cancelled by its own button.
unknown-command = 🤔 I do not know that command. See what can be done at /help.
unknown-words = 🤔 I did not get that. To buy, tap 🛒 or write, for example, <code>/buy whatsapp brazil</code>.
old-button = That button is old. Here is home.
trouble-outside = 😔 The provider is not answering right now. Nothing has changed; try again in a moment.
trouble-payment = 😔 The payment service is not answering right now. If you have paid, the credit comes by itself.
trouble-inside = 😔 Something went wrong on our side; it has been noted. Your balance is safe. Try again in a moment.

## Refusals

error-movement-not-found = I do not find this movement in your history.
error-too-many-watches = 🔔 You are waiting for { $limit } things already. Let one of them come first.
error-other = This cannot be done now.
error-cannot-rent-again = 🔁 This number cannot be rented again. A new one is at 🛒 /buy.
error-rental-expired = ⏳ This price has expired. Ask for the current one:
error-not-enough-credits = 💳 { $missing } short of the { $price } to buy. Add the difference and you come straight back to the offer.
error-offer-not-found = This offer does not exist any more. Start again at 🛒 /buy.
error-offer-expired = The offer has expired; the price may have changed. Open a new one at 🛒 /buy.
error-too-many-open = 📱 You have as many open numbers as you may ({ $limit }). Finish or cancel one to open another.
error-too-many-purchases = ⏳ The limit is { $limit } purchases in { $minutes } minutes. Try again later.
error-under-review = ⏸ Hardly any of your latest numbers received a code, so we look at it before you buy on. Your credits stay yours. Questions: /paysupport
error-too-many-failures = ⏳ { $count } numbers in a row ended without a code. Take a break until { $until }; another service or country often works better.
error-sales-paused = ⏸ Sales are paused right now. Open numbers go on working.
error-number-not-found = I do not find this number among yours.
error-cancel-too-early = ⏳ The provider does not take a cancel of this number yet. { $seconds } s to go.
error-not-cancellable = This number cannot be cancelled any more.
error-cannot-repeat = 🔁 This number takes no further code.
error-number-ended = ⌛ This number has ended already.
error-not-sold = This combination is not for sale.
error-no-numbers = 😕 No numbers right now. These are the best alternatives:
error-unknown-operator = This operator is not available here now. Choose another.
error-banned = ⛔ Your account is blocked. If you think this is a mistake, see /paysupport.
error-indebted = ⚠️ There is a debt of { $debt } from a payment that was taken back. Add credits to buy again.
error-terms-not-accepted = The terms have changed. Send /start to read and accept them.
error-customer-not-found = I do not find “{ $words }”. Use the Telegram id, @username or UUID.
error-amount-too-small = The smallest amount is { $minimum }.
error-amount-too-large = The largest amount is { $maximum }.
error-no-ways = 😔 No way to pay is available right now. Try later.
error-unknown-way = This way to pay is not available. Choose another.
error-too-many-topups = ⏳ Too many bills in a short time (limit: { $limit } an hour). Use an open one or try later.
error-topup-not-found = I do not find this bill among yours.
error-checked-just-now = 🔎 We have just looked. We tell you here as soon as the payment shows up.
error-email-taken = This e-mail belongs to another account here. Use another one.
error-number-not-there = The provider shows no number { $number } that is free to be taken.
error-case-not-found = I do not find this case.
error-unknown-command = 🤔 I do not know that command. See what can be done at /help.
error-bad-amount = “{ $amount }” is not an amount that can be used.
error-not-enough-to-take = The balance is { $balance }: there is not so much to take.
error-cannot-ban-admin = Somebody who runs the shop cannot be blocked.
error-email-needed = ✉️ This way to pay asks for an e-mail. Tell yours and we go on from here.
error-bill-over = ⌛ This bill is over. Ask for another at /topup.
error-bill-differs = This bill has changed. Ask for another at /topup.
error-payment-not-found = I find no credited payment by “{ $words }”. Use its id at the gateway or the one on the receipt.
error-payment-not-clear = “{ $words }” fits more than one payment. Use its id at the gateway.
error-refund-under-way = A refund of this payment is under way already.
error-refund-too-large = Of this payment { $left } can still go back.
error-refunded-whole = This gateway gives all back at once only: { $left }.
error-nothing-to-refund = This payment has gone back whole already.
error-payment-disputed = This payment is disputed: settle it there, on the gateway's own page.
error-case-over = This case is resolved already.
error-currency-differs = It came in another currency: { $paid }. Credit what the bill said, or send it back.
error-unknown-rule = There is no rule “{ $name }”.
error-bad-rule-value = “{ $value }” will not do for “{ $name }”.

## Administration

admin-sales = 📈 Today: { $count ->
    [one] { $count } sale
   *[other] { $count } sales
} · { $revenue }
admin-quality = Margin { $margin } · success { $success }
admin-open = Open: { $numbers } · to decide: { $cases } · pending top-ups: { $topups }
admin-provider = 🟢 { $name }: { $balance }
admin-provider-down = 🔴 { $name }: { $balance } · no answer
balance-unknown = balance unknown
percent = { $percent }%
percent-none = —
button-cases = ⚠️ Decide ({ $count })
button-stats = 📊 Figures
button-audit = 🧮 Audit
stats-customers = Customers: { $count }
stats-money = Credits: { $credits } · held: { $held }
stats-pending = Pending top-ups: { $count } · { $sum }
audit-ok = ✅ The books balance.
audit-broken = 🚨 { $count ->
    [one] { $count } violation
   *[other] { $count } violations
}
audit-violation = • { $rule } · <code>{ $subject }</code>: { $detail }
audit-unchecked = Not checked: { $what }
grant-done = ✅ { $amount } for { $username } ({ $telegram }). Balance: { $balance }
grant-repeated = ✅ Was done already: { $amount } for { $username } ({ $telegram }). Balance: { $balance }
grant-how = Use <code>/grant ID AMOUNT [reason]</code>, for example <code>/grant 123456 20 courtesy</code>. A negative amount takes away.
refund-how = Use <code>/refund PAYMENT [AMOUNT]</code>: the id of the payment or of its receipt. Without an amount all goes back. The customer's credits are taken first.
refund-asked = ⏳ <b>Refund of { $amount }</b> · { $way }: asking…
refund-unknown = ⏳ <b>Refund of { $amount }</b> · { $way }: asked for, no certain answer yet. We look and ask again by ourselves; it cannot go back twice.
refund-accepted = ⏳ <b>Refund of { $amount }</b> · { $way }: accepted, not shown as refunded yet.
refund-completed = ✅ <b>Refund of { $amount }</b> · { $way }: gone back.
refund-failed = ✕ <b>Refund of { $amount }</b> · { $way }: refused. The credits are the customer's again.
refund-payment = Payment <code>{ $payment }</code>
refund-customer = { $username } ({ $telegram }) · credits taken: { $credits } · balance now: { $balance }
refund-debt = ⚠️ The balance is below zero: this customer cannot buy until it is covered.
refund-error = Answer: <code>{ $error }</code>
ban-done = ⛔ { $username } ({ $telegram }) is blocked.
unban-done = ✅ { $username } ({ $telegram }) is free again.
ban-how = Use <code>/ban ID [reason]</code> or <code>/unban ID</code>.
cases-title = ⚠️ { $count ->
    [one] <b>{ $count } open case</b>
   *[other] <b>{ $count } open cases</b>
}
cases-none = ✅ Nothing to decide.
case-title = ⚠️ <b>{ $title }</b>
case-purchase-unknown-title = A purchase without an answer
case-purchase-unknown = The provider did not answer a purchase. The price is held; the automatic search decides by itself as a rule. On an account that others use too you decide: compare what we asked for with what “upstream” shows.
case-purchase-ambiguous-title = Which number was bought?
case-purchase-ambiguous = More than one number may be of this purchase. The facts below: what we asked for and, under “upstream”, what the provider shows. Compare at its account and say which one it is, or that it is none.
case-purchase-cost-title = The provider charged differently
case-purchase-cost = The provider charged something else than was asked for. The person has the number at the quoted price. A wrong currency stops purchases there: check SMS_ACTIVE_CURRENCY and the account, then mark “provider.paused” as resolved.
case-purchase-country-title = A number of another country
case-purchase-country = The provider delivered a number of another country than was ordered. It is being ended; the price goes back. If it happens again, look at how the provider numbers its countries.
case-sales-guarded-title = Not sold for a while: few codes
case-sales-guarded = Too few numbers of this kind receive a code. It is not sold for a while, so that the provider does not ban the account; selling goes on by itself.
case-sales-banned-title = Banned by the provider
case-sales-banned = The provider has banned this kind of number on our account: too few of its codes arrive. It is sold again when the ban ends; others are sold on.
case-person-review-title = A person to look at
case-person-review = Hardly any of this person's latest numbers received a code, which can cost the account its good name at the provider. They cannot buy until you decide: mark this as resolved to let them go on, or block them with <code>/ban ID</code> and mark it all the same.
case-queue-waits-title = A queue is too long
case-queue-waits = Something waits longer than it should. It clears by itself when the queue is short again; if it stays, look at the log.
case-codes-slow-title = Slow codes
case-codes-slow = Codes took long to reach the chat. It clears by itself ten minutes after the last slow one.
case-provider-failing-title = A provider fails
case-provider-failing = Calls to this provider fail again and again, so no purchase is sent to it for now. Open numbers are looked after; it is tried again by itself.
case-numbers-bad-title = Many bad numbers
case-numbers-bad = Many people report numbers of this kind (service, country, operator) as bad. They are sold on: try one, and ask the provider. Marked as resolved, it comes again if people go on reporting.
case-closing-stuck-title = A number does not end
case-closing-stuck = The provider does not confirm the end of a number. See in its account whether it has ended.
case-code-late-title = A code after the money went back
case-code-late = A code came after the money went back. It is kept and was not shown.
case-upstream-orphan-title = A number of nobody
case-upstream-orphan = There is a number at the provider that no purchase of ours knows.
case-provider-paused-title = Purchases at a provider are paused
case-provider-paused = Nothing is bought at this provider until what stopped it is over: its purse is filled, its key or ban is put right, one of its open numbers has ended. Selling goes on by itself; after a wrong currency only when you mark this as resolved.
case-provider-silent-title = A provider is silent
case-provider-silent = The provider does not answer: sales through it stand still.
case-catalogue-stale-title = An old catalogue
case-catalogue-stale = The catalogue could not be renewed; the earlier prices hold.
case-payment-mismatch-title = A payment that differs from its bill
case-payment-mismatch = A payment is not what its bill said. Nothing was credited: credit it or send it back.
case-payment-refund-title = A payment went back
case-payment-refund = A payment was refunded; the credits left the balance.
case-payment-refund-undone-title = A refund did not go through
case-payment-refund-undone = A refund did not go through at the gateway; the credits went back to the customer's balance.
case-payment-chargeback-undone-title = A dispute was won
case-payment-chargeback-undone = A charge-back was reversed; the credits went back to the customer's balance.
case-payment-second-title = A bill was paid twice
case-payment-second = A bill was paid twice, and the refund of the second payment was refused. Credit it or send it back.
case-payment-stray-title = A payment without a bill
case-payment-stray = A payment in the chat belongs to no bill of ours. Nothing was credited: send it back.
case-gateway-off-title = Open bills at a way to pay that is off
case-gateway-off = Bills can still be paid at a way to pay that is switched off, and nobody sees what is paid there. Switch it on again until they have ended; it clears by itself.
case-refund-waiting-title = A refund waits
case-refund-waiting = A refund is not confirmed. We go on looking; look at the gateway's own page too.
case-notice-failed-title = A notice could not be handled
case-notice-failed = A gateway's notice could not be handled. Bills are looked at without it all the same.
case-payment-chargeback-title = A payment is disputed
case-payment-chargeback = A payment was disputed; the credits left the balance. Answer at the gateway's dashboard.
case-outbox-unsaid-title = A message was not delivered
case-outbox-unsaid = A message could not be delivered to a customer.
case-since = Since { $since } · { $kind } · <code>{ $subject }</code>
case-fact = { $name }: <code>{ $value }</code>
case-resolved = ✅ Resolved { $at }, took { $span }: { $how }
button-case = { $title } · { $since }
button-decide = ⚠️ Decide
button-case-done = ✅ Mark as resolved
button-case-credit-paid = ➕ Credit what was paid
button-case-credit-bill = ➕ Credit what the bill said
button-case-take = ✅ It is number { $number }
button-case-not-bought = ↩️ It was not bought: give the price back
button-case-refund = 💸 Send the payment back

## Papers

help =
    ❓ <b>How it works</b>
    1. Choose service and country: 🛒 /buy, or straight <code>/buy whatsapp brazil</code>.
    2. The price is reserved and the number arrives here.
    3. Use the number in the app; the code arrives in this chat, ready to be copied.
    4. Without a code in time, or if you cancel, the money comes back by itself.

    📱 /numbers open numbers · 💳 /topup credits · 💰 /balance balance
    🧾 /history history · 🌐 /language language · 💸 /paysupport refunds

    If you need a human, tell them your id: <code>{ $telegram }</code>.
terms =
    📄 <b>Terms of use</b>

    <b>What we sell.</b> The use of a phone number for a few minutes, to receive a code by SMS. The number is not yours afterwards: do not use it as your contact or to recover accounts, because somebody else may get it later.

    <b>Who may use it.</b> People of 18 or older, for lawful purposes.

    <b>What is fine.</b> Receiving your own codes, for your own accounts, within the rules of each service.

    <b>What is not.</b> Banks, payments, identity papers and government services; accounts of others; fraud, spam, harassment or deceiving anybody; receiving codes for others or reselling them. Some services are blocked and not shown in the shop. Accounts used this way are blocked.

    <b>Price and charge.</b> The price is shown before you buy. When you buy, it is reserved; it is charged only when a code arrives. Further codes on the same number in the same time cost nothing more.

    <b>No code.</b> If none arrives in time, or if you cancel before, the whole price goes back to your balance. Cancelling opens shortly after the purchase (2 minutes as a rule), as the provider wants it.

    <b>What we cannot promise.</b> That every service takes every number, or that it keeps the account you make.

    <b>Credits.</b> They buy here and do not expire. Refunds: /paysupport.

    <b>Changes.</b> If these terms change, we ask you again before the next purchase.
privacy =
    🔒 <b>Privacy</b>

    <b>What we keep.</b> Your Telegram id and username, language, e-mail (if you tell it), your acceptance of the terms, your purchases, top-ups and balance, the numbers you rented and the messages received on them.

    <b>What for.</b> To deliver the code, give money back, show your history, prevent fraud and obey the law.

    <b>Who else sees it.</b> The provider of the number knows which service and country were asked for. Whoever handles the payment sees the payment's data; we neither see nor keep your card number. We sell no data.

    <b>For how long.</b> Records of money stay as long as the law asks. The text of messages serves only to be shown to you.

    <b>Your rights.</b> You may see, correct and have your data erased (LGPD, GDPR). The full statement is at /history (CSV); for the rest, /paysupport.
contact-named = { $contact }
contact-in-profile = the support contact named in this bot's profile
paysupport =
    💸 <b>Payments and refunds</b>

    <b>A number without a code.</b> The price goes back to your balance by itself; you need not ask.

    <b>You paid and the credit is missing?</b> Tap “✅ I have paid” on the bill. Pix takes seconds as a rule; a card, a few minutes. Even a payment made after the bill expired is credited.

    <b>Refund of unused credits.</b> You may ask within 7 days of the top-up; it goes back the way it came. Credits spent on delivered codes, and bonuses, are not refunded.

    <b>Disputes with card or bank.</b> Please talk to us first: a dispute stops purchases until it is settled.

    To ask, write to { $whom } with your id <code>{ $telegram }</code>, the amount and the day. Telegram's own support cannot help with purchases made here.

## Commands and introduction

command-start = Home
command-buy = Buy a number: /buy whatsapp brazil
command-numbers = Open numbers
command-topup = Add credits: /topup 20
command-balance = Balance
command-history = History
command-language = Language
command-help = Help
command-cancel = Leave what is being typed
command-terms = Terms of use
command-privacy = Privacy
command-paysupport = Payments and refunds
command-admin = Administration
command-stats = Today's figures
command-grant = Give credits: /grant ID AMOUNT
command-ban = Block: /ban ID
command-unban = Unblock: /unban ID
command-refund = Send a payment back: /refund PAYMENT
command-audit = Check the books
bot-description =
    Rent a number for a few minutes and receive your own code by SMS, here in the chat.

    • { $ways }
    • No code, and the money comes back by itself
    • For people of 18 or older and codes of their own only
bot-short-description-contact = Numbers for a few minutes, for your own code by SMS. Support: { $contact }
bot-short-description = Numbers for a few minutes, for your own code by SMS. No code, and the money comes back.
